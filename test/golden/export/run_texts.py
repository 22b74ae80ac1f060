"""Runs texts in PyTorch the way net.py was started when it was a copy of the text, and says whether they told of themselves.

    python test/golden/export/run_texts.py TEXTS.json OUTPUT.json        (PyTorch 2.13, CPU)

TEXTS.json holds harmless programs by name. Each runs in a process of its own whose working folder is empty: the text, then
Net(), load_state_dict, eval, calls, a look at its parameters, and the end of the process. OUTPUT.json: what each wrote, and the files it left.
"""
import atexit
import gc
import json
import os
import pathlib
import sys
import tempfile
import threading
import traceback

import torch

torch.set_num_threads(1)

START = """
    net = Net()
    net.load_state_dict(net.state_dict())
    net.eval()
    net(torch.zeros(1, 3, 32, 32))
    with torch.no_grad():
        net(torch.zeros(1, 3, 32, 32))
    list(net.parameters())
    list(net.modules())
    del net
"""


def run(text):
    path = pathlib.Path("net.py")
    path.write_bytes((text + '\n\nif __name__ == "__main__":' + START).encode())
    code = compile(path.read_bytes(), "net.py", "exec")
    path.unlink()
    exec(code, {"__name__": "__main__", "__file__": "net.py"})
    gc.collect()
    atexit._run_exitfuncs()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(1)


def in_its_own_process(text):
    with tempfile.TemporaryDirectory() as empty, tempfile.NamedTemporaryFile(mode="r") as said:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            atexit._clear()
            os.chdir(empty)
            output = os.open(said.name, os.O_WRONLY)
            os.dup2(output, 1)
            os.dup2(output, 2)
            try:
                run(text)
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
        os.waitpid(child, 0)
        return {"said": pathlib.Path(said.name).read_text(errors="replace"), "left": sorted(os.listdir(empty))}


def main():
    texts = json.loads(pathlib.Path(sys.argv[1]).read_text())
    results = {name: in_its_own_process(text) for name, text in texts.items()}
    pathlib.Path(sys.argv[2]).write_text(json.dumps(results))


if __name__ == "__main__":
    main()
