"""The whole world in one file, so that a demo is still there after a restart.

The file is a pickle: quick, and it keeps what is shared (a grant and its tokens) shared. That is
safe here because the file is ours alone: written and read by this program, with owner-only mode,
never taken from outside. A file of somebody else is refused, and only the classes of ``KEPT`` and
a few of the standard library can come out of it.
"""

import asyncio
import hashlib
import inspect
import io
import os
import pickle
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.core.deliveries import Delivery, Manner
from sandbox.core.faults import FaultPlan, Rule
from sandbox.core.messages import Response

if TYPE_CHECKING:
    from sandbox.core.world import World

SOON = 0.3
EVENTUALLY = 5.0
SHARE = 20
"""A save that took a second is followed by twenty seconds without one."""
STANDARD = {
    ("collections", "deque"),
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("random", "Random"),
}
CORE: tuple[type, ...] = (Delivery, Manner, FaultPlan, Rule, Response)


class Unreadable(Exception):
    """Why a state file cannot be used, as the end of a sentence."""


def kept(thing: object, *without: str) -> dict[str, Any]:
    """The attributes of ``thing`` but those that belong to the running process."""
    return {name: value for name, value in vars(thing).items() if name not in without}


def put_back(thing: object, memory: dict[str, Any]) -> None:
    for name, value in memory.items():
        setattr(thing, name, value)


class Keeper:
    """Saves shortly after a change and at the end; a world that takes long to save rests longer.

    ``classes`` are those whose instances may be in the file besides ``CORE``; ``by_name`` are
    classes whose instances are tables of this program, kept as a name and looked up again:
    class -> (the function that finds one, the attribute that names it).
    """

    def __init__(self, world: "World", path: Path) -> None:
        self.world = world
        self.path = path
        self.classes = set(CORE)
        self.by_name: dict[type, tuple[Callable[[str], Any], str]] = {}
        for application in world.applications.values():
            self.classes |= set(application.kept_classes)
            self.by_name |= application.kept_by_name
        self._timer: asyncio.TimerHandle | None = None
        self._rested = 0.0

    # -- writing

    def mark(self, hurry: bool) -> None:
        """Something changed: save in a moment, or in a while when only counters moved."""
        loop = asyncio.get_running_loop()
        due = max(loop.time() + (SOON if hurry else EVENTUALLY), self._rested)
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = loop.call_at(due, self._save_now)

    def _save_now(self) -> None:
        self._timer = None
        began = time.monotonic()
        try:
            self.save()
        except Exception:
            self.world.errors.append(traceback.format_exc())
        self._rested = asyncio.get_running_loop().time() + SHARE * (time.monotonic() - began)

    def save(self) -> None:
        """Replace the file as a whole, so that a kill leaves the old or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(self.stamp)
            self._pack(file)
        draft.replace(self.path)

    def _pack(self, file: io.BufferedIOBase) -> None:
        pickler = pickle.Pickler(file, protocol=5)
        pickler.dispatch_table = {
            kind: _named(find, attribute) for kind, (find, attribute) in self.by_name.items()
        }
        pickler.dump(self.world.remember())

    # -- in memory

    def packed(self) -> bytes:
        """The world as it is now, for ``unpack`` of this same process."""
        file = io.BytesIO()
        self._pack(file)
        return file.getvalue()

    def unpack(self, memory: bytes) -> None:
        self.world.recall(_Reader(io.BytesIO(memory), self).load())

    @property
    def stamp(self) -> bytes:
        """First line of a file: changes whenever the code that defines what is in it does."""
        sources = {str(inspect.getsourcefile(one)) for one in self.classes}
        sources |= {str(inspect.getsourcefile(type(one))) for one in (self, self.world)}
        digest = hashlib.sha256()
        for source in sorted(sources):
            digest.update(Path(source).read_bytes())
        return f"dealbooks sandbox state {digest.hexdigest()}\n".encode()

    # -- reading

    def load(self) -> bool:
        """Whether the world is now that of the file; says on stderr why an existing one is not used."""
        try:
            self._recall(self._read())
        except FileNotFoundError:
            return False
        except Unreadable as reason:
            print(
                f"The sandbox starts over: its state file {self.path} {reason}. What the product "
                "knows of the old books no longer fits; `make demo-reset` starts both over.",
                file=sys.stderr,
                flush=True,
            )
            return False
        return True

    def _recall(self, memory: Any) -> None:
        """After Unreadable the world is half that of the file: it must be seeded."""
        try:
            self.world.recall(memory)
        except (KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"is damaged (no world in it: {error!r})") from error

    def _read(self) -> Any:
        """Raises FileNotFoundError, Unreadable."""
        with self.path.open("rb") as file:
            facts = os.fstat(file.fileno())
            if facts.st_uid != os.getuid() or facts.st_mode & 0o077:
                raise Unreadable("can be written or read by others, so it is not trusted")
            if file.readline() != self.stamp:
                raise Unreadable("was written by another version of the sandbox")
            try:
                return _Reader(file, self).load()
            except Exception as error:
                raise Unreadable(f"is damaged ({type(error).__name__}: {error})") from error


def _named(find: Callable[[str], Any], attribute: str) -> Callable[[Any], tuple[Any, ...]]:
    return lambda thing: (find, (getattr(thing, attribute),))


class _Reader(pickle.Unpickler):
    """Knows the names in ``Keeper`` and ``STANDARD`` and no others."""

    def __init__(self, file: io.BufferedIOBase, keeper: Keeper) -> None:
        super().__init__(file)
        found: list[Any] = [*keeper.classes, *(find for find, _ in keeper.by_name.values())]
        self.known = {(one.__module__, one.__qualname__) for one in found} | STANDARD

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.known:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong into a state file")
        return super().find_class(module, name)
