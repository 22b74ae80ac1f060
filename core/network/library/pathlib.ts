/** Python's pathlib, as Python of our own: names are put together and taken apart; nothing lies anywhere. */
export const pathlib = `
import pathlib.Path as _others


class PurePath:
    def __init__(self, *parts):
        text = ''
        for part in parts:
            part = str(part)
            text = part if part.startswith('/') or text == '' else text.rstrip('/') + '/' + part
        kept = [each for each in text.split('/') if each not in ('', '.')]
        self._text = ('/' if text.startswith('/') else '') + '/'.join(kept) or '.'

    def __getattr__(self, name):
        return getattr(_others, name)

    def __str__(self):
        return self._text

    def __fspath__(self):
        return self._text

    def __repr__(self):
        return f'PosixPath({self._text!r})'

    def __hash__(self):
        return hash(self._text)

    def __eq__(self, other):
        return isinstance(other, PurePath) and other._text == self._text

    def __lt__(self, other):
        return self._text < other._text

    def __truediv__(self, other):
        return type(self)(self._text, other)

    def __rtruediv__(self, other):
        return type(self)(other, self._text)

    def joinpath(self, *parts):
        return type(self)(self._text, *parts)

    @property
    def parts(self):
        return (('/',) if self._text.startswith('/') else ()) + tuple(each for each in self._text.split('/') if each)

    @property
    def parent(self):
        head, slash, tail = self._text.rpartition('/')
        return type(self)(head or slash or '.')

    @property
    def parents(self):
        found, at = [], self
        while at.parent != at:
            at = at.parent
            found.append(at)
        return found

    @property
    def name(self):
        return '' if self._text in ('.', '/') else self._text.rpartition('/')[2]

    @property
    def suffix(self):
        dot = self.name.rfind('.')
        return self.name[dot:] if 0 < dot < len(self.name) - 1 else ''

    @property
    def stem(self):
        return self.name[:len(self.name) - len(self.suffix)]

    def as_posix(self):
        return self._text

    def is_absolute(self):
        return self._text.startswith('/')

    def with_name(self, name):
        return self.parent / name

    def with_suffix(self, suffix):
        return self.with_name(self.stem + suffix)


class Path(PurePath):
    @classmethod
    def cwd(cls):
        return cls('.')

    @classmethod
    def home(cls):
        return cls('~')

    def resolve(self, strict=False):
        return self

    absolute = expanduser = resolve

    def exists(self, **kwargs):
        return False

    is_file = is_dir = is_symlink = exists

    def mkdir(self, *args, **kwargs):
        pass

    touch = unlink = rmdir = write_text = write_bytes = chmod = mkdir

    def iterdir(self, *args):
        return iter([])

    glob = rglob = iterdir

    def open(self, *args, **kwargs):
        raise FileNotFoundError(f"[Errno 2] No such file or directory: '{self._text}'")

    read_text = read_bytes = stat = open


PosixPath = Path
PurePosixPath = PurePath
`;
