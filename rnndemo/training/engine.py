"""One run from its folder: train, listen to controls, report what happens, save, test."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import finished_model, machine_class
from rnndemo.evaluation.examination import examine
from rnndemo.jobs.queue import Turn
from rnndemo.models.store import Model, save_model
from rnndemo.storage.log import Event, EventLog, EventReader
from rnndemo.storage.names import EVENTS, REPORT
from rnndemo.training.checkpoint import load_checkpoint, save_checkpoint
from rnndemo.training.folder import load_config
from rnndemo.training.requests import values_of
from rnndemo.training.state import RunState, read_state, write_state
from rnndemo.training.trainer import Diverged, StepEvent, Trainer
from rnndemo.training.watch import Probe, Watcher, layer_norms

REPORT_SHARE, REPORT_SECONDS = 0.02, (0.1, 0.25)  # between two events of steps: at first often
CHECKPOINT_SECONDS, CHECKPOINT_SHARE = 2.0, 0.01  # between two; and of the time they may take
IDLE_SECONDS = 0.03  # between two looks at the controls of a paused run
LISTEN_SECONDS = 0.02  # the same of one that trains: a look costs a hundredth of a short step


class Engine:
    """A run that a process has in hand.

    Parameters
    ----------
    folder : Path
        Of the run, with its ``config.json`` and ``state.json``.
    data : DataSet
    controls : EventReader, optional
        Where people's requests come from; without it only the end or an exception ends the run.
    turn : Turn, optional
        The run's place among others; it is given back while the run is paused.
    on_step : callable, optional
        Called after every step.
    """

    def __init__(
        self,
        folder: Path,
        data: DataSet,
        controls: EventReader | None = None,
        turn: Turn | None = None,
        on_step: Callable[[StepEvent], None] = lambda event: None,
    ) -> None:
        self.folder, self.data = folder, data
        self.config = load_config(folder)
        self.controls, self.turn, self.on_step = controls, turn, on_step
        self.state = read_state(folder)
        self.change(status="running", doing="preparing", message="", values={})
        self.log = EventLog(folder / EVENTS)
        self.trainer = Trainer(self.config, data)
        self.watcher = Watcher(Probe(data, self.config.data.scan), self.log.write)
        self.window: list[StepEvent] = []
        self.listens = LISTEN_SECONDS  # between two looks at the controls
        self.left = 0  # steps to make before it pauses; 0: until the end
        self.reported = self.listened = time.perf_counter()
        self.save_again = self.reported + CHECKPOINT_SECONDS
        if load_checkpoint(folder, self.trainer):
            self.log.write("rewind", step=self.trainer.step)
        else:
            save_checkpoint(folder, self.trainer)
            self.log.write("rewind", step=0)
        self._introduce()
        self.watcher.look(self.trainer, everything=True)

    def _introduce(self) -> None:
        model = self.trainer.model
        self.log.write(
            "start",
            time=time.time(),
            step=self.trainer.step,
            steps=self.trainer.steps,
            machine=machine_class(),
            precision="bfloat16" if self.trainer.half else "float32",
            parameters=model.count_parameters(),
            steps_per_epoch=len(self.trainer.batches),
            weights=digest(model),
        )

    def change(self, **changes: Any) -> None:
        """Change the state that others read."""
        self.state = replace(self.state, **changes)
        write_state(self.folder, self.state)

    def run(self, requests: Iterable[Event] = (), patience: float = 0.0) -> RunState:
        """Train until the end, a stop, or until nobody has wanted anything for `patience` seconds.

        Parameters
        ----------
        requests : iterable of Event
            What to begin with; without any it trains to the end.
        patience : float
            How long a paused run waits for a request before it gives its process back.

        Returns
        -------
        RunState
            Done, stopped, or paused.
        """
        # gradients that vanish become numbers that a processor is slow with; they count as 0
        torch.set_flush_denormal(True)
        try:
            if self._begin(list(requests)):
                return self.state
            asleep = time.monotonic()
            while True:
                for request in self._received():
                    if self.fulfil(request):
                        return self.state
                    asleep = time.monotonic()
                if self.state.status == "running":
                    if not self.trainer.done:  # else the worker before this one did not test it
                        self._advance()
                    if self.trainer.done:
                        return self._finish("done")
                    asleep = time.monotonic()
                    continue
                if self.state.status == "queued":
                    self._wait_for_turn()
                elif time.monotonic() - asleep > patience:
                    return self.state
                time.sleep(IDLE_SECONDS)
        except Diverged:  # the checkpoint from before it stays
            with suppress(OSError):
                self._report_steps()
            raise
        except BaseException:
            self._leave()
            raise
        finally:
            torch.set_flush_denormal(False)
            self.log.close()

    def _received(self) -> Iterable[Event]:
        """Return what people have asked for since the last look: not at every step is one made."""
        now = time.perf_counter()
        soon = self.state.status == "running" and now - self.listened < self.listens
        if self.controls is None or soon:
            return ()
        self.listened = now
        return self.controls.new()

    def _begin(self, requests: list[Event]) -> bool:
        """Do what a person asked for before; return whether the run has ended by it."""
        if not requests:
            self._go()
            return False
        self.state = replace(self.state, status="paused")  # written only where it comes to that
        if any(self.fulfil(request) for request in requests):
            return True
        if self.state.status == "paused":
            self._stand_by()
        return False

    def fulfil(self, request: Event) -> bool:
        """Do what a person asked for; return whether the run has ended by it.

        What cannot be fulfilled is passed over: it changes nothing.
        """
        try:
            values = values_of(self.config, request)
        except InputError:
            return False
        if request["kind"] == "stop":
            self._finish("stopped")
            return True
        ACTIONS[request["kind"]](self, **values)
        return False

    def _go(self, steps: int = 0, epochs: int = 0) -> None:
        """Train, for so many steps, to the end of so many epochs, or to the very end."""
        per_epoch = len(self.trainer.batches)
        if epochs:
            self.left = per_epoch * epochs - self.trainer.step % per_epoch
        else:  # who asks twice for a step, before the first is made, gets two
            self.left = self.left + steps if steps else 0
        waits = bool(self.turn and self.left != 1 and self.turn.place())
        doing = "" if waits else "training"
        self.change(status="queued" if waits else "running", doing=doing, **self._place())

    def _wait_for_turn(self) -> None:
        if self.turn is None or not self.turn.place():
            self.change(status="running", doing="training")

    def _stand_by(self) -> None:
        self.left = 0
        if self.turn is not None:
            self.turn.give_back()
        self._report_steps()
        save_checkpoint(self.folder, self.trainer)
        self.change(status="paused", doing="", **self._place())

    def _change_lr(self, lr: float) -> None:
        self.trainer.lr = lr
        self._report_steps()
        save_checkpoint(self.folder, self.trainer)  # first: what is reported survives a kill
        self.log.write("lr", step=self.trainer.step, lr=lr)

    def _more_epochs(self, epochs: int) -> None:
        self.trainer.go_on(epochs)
        save_checkpoint(self.folder, self.trainer)
        self.log.write("epochs", step=self.trainer.step, epochs=epochs)
        self._go()

    def _advance(self) -> None:
        event = self.trainer.advance()
        self.window.append(event)
        self.on_step(event)
        now = time.perf_counter()
        if self.left:
            self.left -= 1
            if not self.left and not self.trainer.done:
                self._report_steps()
                self.watcher.look(self.trainer, everything=True)
                self._stand_by()
                return
        shortest, longest = REPORT_SECONDS
        if now - self.reported > min(max(REPORT_SHARE * event.seconds, shortest), longest):
            self._report_steps()
        self.watcher.look(self.trainer)
        if now > self.save_again:
            self._save()

    def _save(self) -> None:
        start = time.perf_counter()
        save_checkpoint(self.folder, self.trainer)
        self.change(**self._place())
        end = time.perf_counter()
        self.save_again = end + max(CHECKPOINT_SECONDS, (end - start) / CHECKPOINT_SHARE)

    def _report_steps(self) -> None:
        """Write one event for the steps since the last."""
        if not self.window:
            return
        last, count, now = self.window[-1], len(self.window), time.perf_counter()
        largest = self.config.training.max_norm
        clipped_by = max(1.0, last.grad_norm / largest) if largest else 1.0
        self.log.write(
            "steps",
            step=last.step, steps=last.steps, lr=last.lr, images=last.images,
            loss=sum(event.loss for event in self.window) / count,
            accuracy=sum(event.accuracy for event in self.window) / count,
            norm=last.grad_norm,
            norms=layer_norms(self.trainer.model, clipped_by),
            seconds=last.seconds,
            progress=self.trainer.progress,
        )  # fmt: skip
        self.window, self.reported = [], now

    def _place(self) -> dict[str, Any]:
        trainer = self.trainer
        return {"step": trainer.step, "steps": trainer.steps, "seconds": trainer.seconds}

    def _finish(self, status: str) -> RunState:
        """Keep the network, test it, and end."""
        self._report_steps()
        self.watcher.look(self.trainer, everything=True)
        save_checkpoint(self.folder, self.trainer)
        self.change(doing="testing", status="running", **self._place())
        model = self._model()
        save_model(self.folder, model)
        low, high = (model.card.measured[f"accuracy_{end}"] for end in ("low", "high"))
        tested = {
            "test_accuracy": model.card.test_accuracy, "test_low": low, "test_high": high,
            "test_size": model.card.test_size,
        }  # fmt: skip
        self.change(**tested)
        self.log.write("test", step=self.trainer.step, time=time.time(), **tested)
        examine(model, self.data.test).save(self.folder / REPORT)
        self.change(status=status, doing="")
        return self.state

    def _model(self) -> Model:
        return finished_model(
            self.folder.resolve().name, self.config, self.trainer.kept, self.data,
            self.trainer.seconds, steered=self._steered(),
        )  # fmt: skip

    def _steered(self) -> bool:
        """Return whether a person changed the course of the training: the command would not."""
        trainer = self.trainer
        return trainer.lr != self.config.training.lr or not trainer.done or len(trainer.legs) > 1

    def _leave(self) -> None:
        """Save what can be saved when the run ends by an error or a key."""
        try:
            save_checkpoint(self.folder, self.trainer)
            self._report_steps()
        except Diverged:
            pass
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT, errno.ENOENT):
                raise


# kind of a request -> what a run does, given the request's values; "stop" ends it
ACTIONS: dict[str, Callable[..., None]] = {
    "hold": Engine._stand_by,
    "pause": Engine._stand_by,
    "go": Engine._go,
    "lr": Engine._change_lr,
    "epochs": Engine._more_epochs,
}


def digest(model: torch.nn.Module) -> str:
    """Return eight hexadecimal digits that name the weights: equal weights, equal digits."""
    content = hashlib.sha256()
    for value in model.state_dict().values():
        content.update(value.detach().numpy().tobytes())
    return content.hexdigest()[:8]
