/**
 * Those modules of torchvision that networks import as parts, as Python of our own: the package itself is not on every
 * computer that this runs on. Where the program's own files hold torchvision (`--root`), that is read instead, whole.
 */
import type { ModuleText, ModuleTexts } from '../../python/modules/program-modules.ts';
import { standInValue } from '../stand-ins.ts';
import { blocks, registry, stochasticDepth, utilities } from './blocks.ts';
import { densenet } from './densenet.ts';
import { mobilenetv2, mobilenetv3 } from './mobilenet.ts';
import { alexnet, squeezenet, vgg } from './plain.ts';
import { resnet } from './resnet.ts';

/** Models by the module that defines them; their names are torchvision.models's too. */
const models: Readonly<Record<string, { readonly text: string; readonly names: string }>> = {
  resnet: {
    text: resnet,
    names:
      'ResNet, resnet18, resnet34, resnet50, resnet101, resnet152, resnext50_32x4d, resnext101_32x8d, resnext101_64x4d, wide_resnet50_2, wide_resnet101_2',
  },
  alexnet: { text: alexnet, names: 'AlexNet' },
  vgg: { text: vgg, names: 'VGG, vgg11, vgg13, vgg16, vgg19, vgg11_bn, vgg13_bn, vgg16_bn, vgg19_bn' },
  squeezenet: { text: squeezenet, names: 'SqueezeNet, squeezenet1_0, squeezenet1_1' },
  mobilenetv2: { text: mobilenetv2, names: 'MobileNetV2, mobilenet_v2' },
  mobilenetv3: { text: mobilenetv3, names: 'MobileNetV3, mobilenet_v3_large, mobilenet_v3_small' },
  densenet: { text: densenet, names: 'DenseNet, densenet121, densenet161, densenet169, densenet201' },
};

const every = Object.entries(models);

/** Texts by dotted name; a package's is its `__init__`. */
const texts: ReadonlyMap<string, string> = new Map([
  ['torchvision', 'from torchvision import datasets, io, models, ops, transforms, utils\n'],
  [
    'torchvision.ops',
    `from torchvision.ops.misc import Conv2dNormActivation, FrozenBatchNorm2d, MLP, Permute, SqueezeExcitation
from torchvision.ops.stochastic_depth import StochasticDepth, stochastic_depth
from torchvision.ops import misc
`,
  ],
  ['torchvision.ops.misc', blocks],
  ['torchvision.ops.stochastic_depth', stochasticDepth],
  [
    'torchvision.models',
    // A function and a module share the name `alexnet`: the package has the function.
    `from torchvision.models.alexnet import alexnet\n${every
      .map(([module, { names }]) => `from torchvision.models.${module} import ${names}\n`)
      .join(
        '',
      )}${every.map(([module]) => (module === 'alexnet' ? '' : `from torchvision.models import ${module}\n`)).join('')}`,
  ],
  ['torchvision.models._utils', utilities],
  ['torchvision.models._api', registry],
  ...every.map(([module, { text }]) => [`torchvision.models.${module}`, text] as const),
]);

const packages: ReadonlySet<string> = new Set(['torchvision', 'torchvision.ops', 'torchvision.models']);

/**
 * Where a program finds its modules: in its own files, then here.
 * @param inForward whether forward runs: what is not read may be named while the network is built, not there
 */
export function withTorchvision(own: ModuleTexts, inForward: () => boolean): ModuleTexts {
  return (name) => {
    const found = own(name);
    if (found !== null || !name.startsWith('torchvision')) return found;
    const text = texts.get(name);
    if (text === undefined || own('torchvision') !== null) return null;
    return described(name, text, inForward);
  };
}

function described(name: string, text: string, inForward: () => boolean): ModuleText {
  return {
    name,
    text,
    file: `${name.replaceAll('.', '/')}${packages.has(name) ? '/__init__' : ''}.py`,
    package: packages.has(name),
    lacks: (attribute) => standInValue(`${name}.${attribute}`, inForward),
  };
}
