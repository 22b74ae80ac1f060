"""llama.cpp's own server, as the PyPI package xllamacpp has it: MODEL.gguf [PORT [KEY]]. Tells its address on stdout and
ends with stdin."""
import sys

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_ctx = 1024
parameters.n_parallel = 1
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
parameters.use_jinja = True
parameters.port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
if len(sys.argv) > 3:
    parameters.api_keys = [sys.argv[3]]
server = xllamacpp.Server(parameters)
print("address", server.listening_address, flush=True)
sys.stdin.read()
