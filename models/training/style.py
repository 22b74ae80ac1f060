"""How a network is written: names, layout, functional or module form, comments. Children have a form of their own (child_printing.py)."""
from dataclasses import dataclass


@dataclass(slots=True)
class Style:
    layout: str = 'flat'            # flat, features, blocks, whole; only in parents: helper, class
    super_call: str = 'super().__init__()'
    conv: str = 'conv'
    fc: str = 'fc'
    bn: str = 'bn'
    pool: str = 'pool'
    drop: str = 'drop'
    skip: str = 'skip'
    act: str = ''                   # name of a shared activation module; '' = functional
    act_form: str = 'F'             # functional: F.relu or torch.relu
    features: str = 'features'
    classifier: str = 'classifier'
    block: str = 'block'
    whole: str = 'net'
    pools: str = 'shared'           # shared, each, functional
    gap: str = 'module'             # module, functional, mean
    drops: str = 'each'             # each, functional
    flatten: str = 'torch.flatten(x, 1)'
    lines: str = 'nested'           # nested, steps, mixed
    keep: str = 'inline'            # inline, or the name of the variable that keeps a block's input
    head: str = 'flat'              # with layout blocks or features: flat or sequential dense layers
    conv_args: str = 'short'        # short, keyword, full, tuple
    inplace: bool = False
    comments: bool = True
    product: bool = True
    grouped: bool = False           # convolutions first, then norms, ... instead of the order of use
    blanks: bool = False            # blank lines between groups of layers
    notes: bool = False             # remarks and a docstring
    classes_arg: bool = False       # def __init__(self, num_classes=10)
    log_softmax: bool = False
    variable: str = 'x'             # what forward calls the image and the maps
    typed: bool = False             # type hints
    tuples: bool = False            # nn.AdaptiveAvgPool2d((1, 1)), nn.Dropout(p=0.5)


PARENT_LAYOUTS = ('helper', 'class', 'loop', 'branches')
UNUSUAL = ['stem', 'first', 'trunk', 'filter', 'map', 'h', 'w', 'feat', 'unit', 'op', 'cell', 'step', 'part', 'inner', 'side', 'cv', 'my',
           'level', 'deep', 'top', 'mix', 'lay', 'proj', 'body', 'node', 'tail', 'last', 'hidden', 'module', 'kernel']
FLATTENS = ['torch.flatten(x, 1)'] * 5 + ['x.view(x.size(0), -1)'] * 3 + ['x.flatten(1)', 'x.reshape(x.size(0), -1)', 'view n', 'module',
                                                                     'x.view(x.shape[0], -1)', 'torch.flatten(x, start_dim=1)']


def plain():
    """The style of the paper's appendix A."""
    return Style(comments=False, product=False)


def random_style(r):
    s = Style()
    s.layout = r.choices(['flat', 'features', 'blocks', 'whole'], [62, 14, 15, 9])[0]
    if r.random() < 0.3:
        s.super_call = 'super(Net, self).__init__()'
    plain_names = r.random() < 0.6
    if not plain_names:
        s.conv = r.choice(['conv', 'conv', 'c', 'cnn', 'conv_', 'conv2d_', 'layer'])
        s.fc = r.choice(['fc', 'fc', 'linear', 'lin', 'dense', 'fc_', 'out', 'l', 'dense_'])
        s.bn = r.choice(['bn', 'bn', 'norm', 'batch_norm', 'batchnorm', 'bn_'])
        s.pool = r.choice(['pool', 'pool', 'maxpool', 'p', 'down', 'pool_'])
        s.drop = r.choice(['drop', 'dropout', 'do', 'dropout_'])
        s.skip = r.choice(['skip', 'shortcut', 'proj', 'downsample', 'res'])
        s.features = r.choice(['features', 'conv_layers', 'encoder', 'backbone', 'feature_extractor', 'body'])
        s.classifier = r.choice(['classifier', 'fc_layers', 'head', 'fc', 'output'])
        s.block = r.choice(['block', 'layer', 'stage', 'conv_block', 'b'])
        s.whole = r.choice(['net', 'model', 'layers', 'main', 'network', 'seq'])
    if r.random() < 0.06:           # names out of the ordinary: a child has to copy them letter by letter
        for part in r.sample(['conv', 'fc', 'bn', 'pool', 'drop', 'skip', 'block', 'features', 'classifier'], 4):
            setattr(s, part, r.choice(UNUSUAL) + r.choice(['', '_', '_' + part[0]]))
        if len({s.conv, s.fc, s.bn, s.pool, s.drop, s.skip, s.block, s.features, s.classifier}) < 9:
            s.conv, s.fc, s.bn, s.pool, s.drop, s.skip, s.block, s.features, s.classifier = (
                'conv_a', 'fc_a', 'bn_a', 'pool_a', 'drop_a', 'skip_a', 'block_a', 'trunk', 'top')
    if r.random() < 0.22:
        s.act = r.choice(['relu', 'act', 'activation', 'nonlin'])
    elif r.random() < 0.06:
        s.act_form = 'torch'
    s.pools = r.choices(['shared', 'each', 'functional'], [40, 30, 30])[0]
    s.gap = r.choices(['module', 'functional', 'mean'], [50, 40, 10])[0]
    s.drops = r.choices(['each', 'functional'], [88, 12])[0]
    s.flatten = r.choice(FLATTENS)
    s.lines = r.choices(['nested', 'mixed', 'steps'], [60, 25, 15])[0]
    s.keep = r.choice(['inline', 'inline', 'identity', 'identity', 'residual', 'shortcut', 'skip', 'y'])
    s.head = r.choice(['flat', 'sequential'])
    s.inplace = r.random() < 0.08
    if r.random() < 0.75:           # without comments of shapes
        s.comments = s.product = False
        s.conv_args = r.choices(['short', 'keyword', 'full', 'tuple', 'position'], [44, 28, 14, 6, 8])[0]
        s.variable = r.choice(['out', 'h', 'y', 'z', 'out']) if r.random() < 0.15 else 'x'
        s.typed, s.tuples = r.random() < 0.05, r.random() < 0.2
        s.product = r.random() < 0.35
        s.grouped = r.random() < 0.3
        s.blanks = r.random() < 0.12
        s.notes = r.random() < 0.12
        s.classes_arg = r.random() < 0.06
        s.log_softmax = r.random() < 0.05
        if r.random() < 0.2:
            s.layout = r.choice(['helper', 'class', 'loop', 'branches'])
    else:
        s.conv_args = r.choices(['short', 'keyword'], [80, 20])[0]
    return s
