/** Sixty networks as language models write them (test/golden/network/people); each first line says what PyTorch does. */
import { fileURLToPath } from 'node:url';
import { casesOf } from '../../bench/networks/case-files.ts';

export const people = casesOf(fileURLToPath(new URL('../../golden/network/people/', import.meta.url))).cases;

/** PyTorch trains these; here they are refused, for good or for now (docs/reasons.md). */
export const refusedHere: Readonly<Record<string, string>> = {
  'conv3d_stack.py': 'nn.Conv3d is not supported yet',
  'conv_padding_private.py':
    'a buffer of random numbers is not supported: keep them as nn.Parameter(..., requires_grad=False)',
  'deq_fixed_point.py': "a condition on a tensor's values is not supported: the network would depend on its data",
  'dynamic_conv.py': 'a convolution whose weights differ from image to image is not supported',
  'fft_mixer.py': 'torch.fft is not supported yet',
  'gabor_fixed.py': 'numpy.mgrid[...] is not read: the network may use torch and plain Python only',
  'global_filter.py': 'torch.fft is not supported yet',
  'gru_packed.py': 'nn.utils.rnn.pack_padded_sequence is not supported yet',
  'stochastic_depth_training.py':
    'a condition on random numbers is not supported: the network would be another one each time',
  'tensor_split_in_place.py': 'operator * reads a tensor that was changed in place through a view of it',
  'yaml_config.py': 'yaml.safe_load()[...][...] is not read: the network may use torch and plain Python only',
};
