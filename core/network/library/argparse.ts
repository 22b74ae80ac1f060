/** Python's argparse, as Python of our own: a program is read without arguments on its command line. */
export const argparse = `
import argparse.ArgumentParser as _others

SUPPRESS = '==SUPPRESS=='
OPTIONAL, ZERO_OR_MORE, ONE_OR_MORE, REMAINDER = '?', '*', '+', '...'


class ArgumentError(Exception):
    pass


class ArgumentTypeError(Exception):
    pass


class HelpFormatter:
    def __init__(self, *args, **kwargs):
        pass


class ArgumentDefaultsHelpFormatter(HelpFormatter):
    pass


class RawDescriptionHelpFormatter(HelpFormatter):
    pass


class RawTextHelpFormatter(HelpFormatter):
    pass


class MetavarTypeHelpFormatter(HelpFormatter):
    pass


class BooleanOptionalAction:
    pass


class Namespace:
    def __init__(self, **kwargs):
        for name in kwargs:
            setattr(self, name, kwargs[name])

    def __contains__(self, key):
        return key in self.__dict__

    def __eq__(self, other):
        return isinstance(other, Namespace) and vars(self) == vars(other)

    def __repr__(self):
        return 'Namespace(' + ', '.join(f'{name}={value!r}' for name, value in self.__dict__.items()) + ')'


class _Argument:
    def __init__(self, flags, dest=None, action='store', nargs=None, const=None, default=None, type=None, choices=None,
                 required=False, help=None, metavar=None, version=None, deprecated=False):
        self.optional = flags[0].startswith('-')
        longest = [flag for flag in flags if flag.startswith('--')]
        self.flags = flags
        self.dest = dest or (longest or flags)[0].lstrip('-').replace('-', '_')
        if not self.optional:
            self.dest = dest or flags[0]
        self.action, self.nargs, self.type, self.choices, self.default = action, nargs, type, choices, default
        self.const = const
        self.required = required if self.optional else nargs not in ('?', '*')
        if action in ('store_true', 'store_false'):
            self.const = action == 'store_true'
            self.default = (not self.const) if default is None else default

    def value(self, text):
        made = text if self.type is None else self.type(text)
        if self.choices is not None and made not in self.choices:
            raise SystemExit(2)
        return made

    def start(self):
        if not self.optional and self.nargs == '*' and self.default is None:
            return []
        return self.value(self.default) if isinstance(self.default, str) and self.default != SUPPRESS else self.default


class ArgumentParser:
    def __init__(self, *args, **kwargs):
        self._arguments, self._defaults = [], {}
        for parent in kwargs.get('parents', []):
            self._arguments += parent._arguments
            self._defaults.update(parent._defaults)

    def __getattr__(self, name):
        return getattr(_others, name)

    def add_argument(self, *flags, **kwargs):
        made = _Argument(flags or (kwargs['dest'],), **kwargs)
        self._arguments.append(made)
        return made

    def add_argument_group(self, *args, **kwargs):
        return self

    def add_mutually_exclusive_group(self, *args, **kwargs):
        return self

    def set_defaults(self, **kwargs):
        self._defaults.update(kwargs)
        for each in self._arguments:
            if each.dest in kwargs:
                each.default = kwargs[each.dest]

    def get_default(self, dest):
        for each in self._arguments:
            if each.dest == dest:
                return each.default
        return self._defaults.get(dest)

    def error(self, message):
        raise SystemExit(2)

    def print_help(self, *args):
        pass

    def parse_known_args(self, args=None, namespace=None):
        found = Namespace() if namespace is None else namespace
        for each in self._arguments:
            if each.action not in ('help', 'version') and each.dest not in found:
                setattr(found, each.dest, each.start())
        for name in self._defaults:
            if name not in found:
                setattr(found, name, self._defaults[name])
        left, given, seen = list(args or []), [], []
        while left:
            word = left.pop(0)
            flag, equals, attached = word.partition('=')
            match = [each for each in self._arguments if each.optional and flag in each.flags]
            negated = [each for each in self._arguments
                       if each.action is BooleanOptionalAction and '--no-' + each.flags[0].lstrip('-') == flag]
            if negated:
                setattr(found, negated[0].dest, False)
            elif match:
                if equals:
                    left.insert(0, attached)
                seen.append(match[0])
                self._take(match[0], found, left)
            else:
                given.append(word)
        for each in [argument for argument in self._arguments if not argument.optional]:
            if given:
                seen.append(each)
                self._take(each, found, given)
        for each in self._arguments:
            if each.required and each not in seen:
                self.error('the following arguments are required: ' + each.dest)
        return found, given

    def _take(self, each, found, left):
        if each.action in ('store_true', 'store_false', 'store_const'):
            return setattr(found, each.dest, each.const)
        if each.action is BooleanOptionalAction:
            return setattr(found, each.dest, True)
        if each.action == 'count':
            return setattr(found, each.dest, (getattr(found, each.dest) or 0) + 1)
        if each.action not in ('store', 'append'):
            return getattr(_others, 'parse_args')(each.action)
        values, most = [], 1 if each.nargs in (None, '?') else each.nargs
        while left and (most in ('*', '+') or len(values) < most):
            if left[0].startswith('-') and not left[0][1:].replace('.', '', 1).isdigit():
                break
            values.append(each.value(left.pop(0)))
        if not values and each.nargs not in ('?', '*'):
            self.error('expected one argument')
        value = values if each.nargs not in (None, '?') else values[0] if values else each.const
        if each.action == 'append':
            value = list(getattr(found, each.dest) or []) + [value]
        setattr(found, each.dest, value)

    def parse_args(self, args=None, namespace=None):
        found, rest = self.parse_known_args(args, namespace)
        if rest:
            self.error('unrecognized arguments: ' + ' '.join(rest))
        return found

    parse_intermixed_args = parse_args
`;
