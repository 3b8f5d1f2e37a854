"""Train a run in its folder: follow requests, report events, save checkpoints, test."""

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

from rnndemo.data.load import Data
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import machine_class
from rnndemo.jobs.queue import Turn
from rnndemo.jobs.rest import Rest
from rnndemo.storage.log import Event, EventLog, EventReader
from rnndemo.storage.names import EVENTS
from rnndemo.training.checkpoint import load_checkpoint, save_checkpoint
from rnndemo.training.folder import check_checkpoint, load_config
from rnndemo.training.requests import GOES_ON, values_of
from rnndemo.training.state import OVER, RunState, read_state, write_state
from rnndemo.training.trainer import Diverged, StepEvent, Trainer
from rnndemo.training.watch import (
    CurvePoints,
    Watcher,
    layer_norms,
    rounded,
)

# time between two events of steps: a share of the time so far, within these seconds; a short run
# has as many points as a curve needs
REPORT_SHARE, REPORT_SECONDS, REPORT_POINTS = 0.02, (0.1, 0.25), 80
EVERY_STEP = 40  # so many first steps have an event each
EVERY_NORM = 2000  # and of so many the gradient's norm is reported
CHECKPOINT_SECONDS, CHECKPOINT_SHARE = 2.0, 0.01  # between two at least; of the time at most
# between two reads of the requests: while paused, and while training, where a read costs a
# hundredth of a short step
IDLE_SECONDS, LISTEN_SECONDS = 0.03, 0.02
QUEUE_SECONDS = 0.3  # between two looks at the queue


class Engine:
    """A run that this process trains.

    Parameters
    ----------
    folder : Path
        The run's, with ``config.json`` and ``state.json``.
    controls : EventReader, optional
        People's requests; without them only the end or an exception ends the run.
    turn : Turn, optional
        The run's place among others; it is given back while the run is paused.
    on_step : callable, optional
        Called after every step.
    most_seconds : float, default 0
        Of training, over all resumes, after which the run is stopped and tested; 0: no limit.
    rest : Rest, optional
        Where it waits while it is paused; without a place there, a paused run ends its process.
    """

    def __init__(
        self,
        folder: Path,
        data: Data,
        controls: EventReader | None = None,
        turn: Turn | None = None,
        on_step: Callable[[StepEvent], None] = lambda event: None,
        most_seconds: float = 0.0,
        rest: Rest | None = None,
    ) -> None:
        self.rest = rest
        self.most_seconds = most_seconds
        self.folder, self.data = folder, data
        self.config = load_config(folder)
        check_checkpoint(folder)
        self.controls, self.turn, self.on_step = controls, turn, on_step
        self.state = read_state(folder)
        self.change(status="running", doing="preparing", message="", values={})
        self.log = EventLog(folder / EVENTS)
        self.trainer = Trainer(self.config, data)
        learned = self.trainer.steps * self.config.training.batch_size
        probe, looks = self.trainer.task.watched(self.config, data, folder, learned)
        self.watcher = Watcher(probe, self.log.write, looks)
        self.window: list[StepEvent] = []
        self.curve = CurvePoints(REPORT_POINTS)
        self.listen_seconds = LISTEN_SECONDS
        self.steps_left = 0  # before it pauses; 0: it trains to the end
        self.reported = self.listened = time.perf_counter()
        self.save_again = self.reported + CHECKPOINT_SECONDS
        if load_checkpoint(folder, self.trainer):
            self.log.write("rewind", step=self.trainer.step)
        else:
            save_checkpoint(folder, self.trainer)
            self.log.write("rewind", step=0)
        self._report_start()
        self.watcher.look(self.trainer, everything=True)

    def _report_start(self) -> None:
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
        """Train until the end, a stop, or until it was paused for `patience` seconds.

        Parameters
        ----------
        requests : iterable of Event
            The first requests; without any it trains to the end.
        patience : float
            How long a paused run waits for a request before its process ends.

        Returns
        -------
        RunState
            Done, stopped, paused, or queued: then a request is left in `controls`.
        """
        # vanishing gradients become denormal numbers, which slow the processor: round them to 0
        torch.set_flush_denormal(True)
        try:
            if self._begin(list(requests)):
                return self.state
            asleep = time.monotonic()
            while True:
                for request in self._received():
                    if self._must_wait(request):
                        return self.state
                    if self.fulfil(request):
                        return self.state
                    asleep = time.monotonic()
                if self.state.status == "running":
                    if not self.trainer.done:  # else only the test was missing
                        self._advance()
                    if self.trainer.done:
                        return self._finish("done")
                    if self.most_seconds and self.trainer.seconds >= self.most_seconds:
                        minutes = round(self.most_seconds / 60, 1)
                        self.change(message=OVER, values={"minutes": minutes})
                        return self._finish("stopped")
                    asleep = time.monotonic()
                    continue
                if self.state.status == "queued":
                    self._wait_for_turn()
                elif time.monotonic() - asleep > patience or not self._may_rest():
                    return self.state
                time.sleep(IDLE_SECONDS if self.state.status == "paused" else QUEUE_SECONDS)
        except Diverged:  # the last checkpoint stays
            with suppress(OSError):
                self._report_steps()
            raise
        except BaseException:
            self._save_after_error()
            raise
        finally:
            torch.set_flush_denormal(False)
            self.log.close()

    def _may_rest(self) -> bool:
        return self.rest is None or self.rest.possible()

    def _received(self) -> Iterable[Event]:
        """Return the new requests; none where they were read only just before."""
        now = time.perf_counter()
        soon = self.state.status == "running" and now - self.listened < self.listen_seconds
        if self.controls is None or soon:
            return ()
        self.listened = now
        return self.controls.new()

    def _begin(self, requests: list[Event]) -> bool:
        """Fulfil the first requests; return whether they ended the run."""
        if not requests:
            self._go()
            return False
        self.state = replace(self.state, status="paused")  # written only if it stays so
        if any(self.fulfil(request) for request in requests):
            return True
        if self.state.status == "paused":
            self._pause()
        return False

    def _must_wait(self, request: Event) -> bool:
        """Return whether a paused run that is to go on has no turn for that.

        The request is then left for the process that is started when it is its turn: this one need
        not wait with all that it has loaded.
        """
        if self.state.status != "paused" or request["kind"] not in GOES_ON:
            return False
        if self.turn is None or self.controls is None or request.get("steps") == 1:
            return False
        if not self.turn.place():
            return False
        self.controls.place = self.controls.last
        self.change(status="queued", doing="", **self._progress())
        return True

    def fulfil(self, request: Event) -> bool:
        """Fulfil a request; return whether it ended the run.

        A request that cannot be fulfilled is ignored.
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
        """Train for `steps`, or to the end of `epochs` (the present one counts), or to the end."""
        per_epoch = len(self.trainer.batches)
        if epochs:
            self.steps_left = per_epoch * epochs - self.trainer.step % per_epoch
        else:  # two requests for a step, before the first is made, are two steps
            self.steps_left = self.steps_left + steps if steps else 0
        if self.rest is not None:
            self.rest.leave()
        waits = bool(self.turn and self.steps_left != 1 and self.turn.place())
        doing = "" if waits else "training"
        self.change(status="queued" if waits else "running", doing=doing, **self._progress())

    def _wait_for_turn(self) -> None:
        if self.turn is None or not self.turn.place():
            self.change(status="running", doing="training")

    def _pause(self) -> None:
        self.steps_left = 0
        if self.turn is not None:
            self.turn.give_back()
        self._report_steps()
        save_checkpoint(self.folder, self.trainer)
        self.change(status="paused", doing="", **self._progress())

    def _change_lr(self, lr: float) -> None:
        self.trainer.lr_changed |= lr != self.trainer.lr
        self.trainer.lr = lr
        self._report_steps()
        save_checkpoint(
            self.folder, self.trainer
        )  # before it is reported: what is reported survives a kill
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
        if self.steps_left:
            self.steps_left -= 1
            if not self.steps_left and not self.trainer.done:
                self._report_steps()
                self.watcher.look(self.trainer, everything=True)
                self._pause()
                return
        shortest, longest = REPORT_SECONDS
        waited = now - self.reported > min(max(REPORT_SHARE * event.seconds, shortest), longest)
        first = event.step <= EVERY_STEP
        if first or waited or self.curve.due(self.trainer.progress):
            self._report_steps()
        self.watcher.look(self.trainer)
        if now > self.save_again:
            self._save()

    def _save(self) -> None:
        start = time.perf_counter()
        save_checkpoint(self.folder, self.trainer)
        self.change(**self._progress())
        end = time.perf_counter()
        self.save_again = end + max(CHECKPOINT_SECONDS, (end - start) / CHECKPOINT_SHARE)

    def _report_steps(self) -> None:
        """Write one event for the steps since the last such event."""
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
            each_norm=self._norms(),
            norms=layer_norms(self.trainer.model, clipped_by),
            seconds=last.seconds,
            progress=self.trainer.progress,
        )  # fmt: skip
        self.window, self.reported, self.curve.last = [], now, self.trainer.progress

    def _norms(self) -> list[float | None]:
        """Return the gradient's norm at each step of the window, none later in a long training."""
        few = self.window[-1].step <= EVERY_NORM
        return [rounded(event.grad_norm) for event in self.window] if few else []

    def _progress(self) -> dict[str, Any]:
        trainer = self.trainer
        return {"step": trainer.step, "steps": trainer.steps, "seconds": trainer.seconds}

    def _finish(self, status: str) -> RunState:
        """Save the network, test it, and end."""
        self._report_steps()
        self.watcher.look(self.trainer, everything=True)
        save_checkpoint(self.folder, self.trainer)
        self.change(doing="testing", status="running", **self._progress())
        finished = self.trainer.task.finish(
            self.folder, self.config, self.trainer.saved_model, self.data, self.trainer.seconds,
            self._steered(), self.trainer.command,
        )  # fmt: skip
        low, high = finished.interval
        tested = {
            "test_accuracy": finished.accuracy, "test_low": low, "test_high": high,
            "test_size": finished.size,
        }  # fmt: skip
        self.change(**tested)
        self.log.write("test", step=self.trainer.step, time=time.time(), **tested)
        self.change(status=status, doing="")
        return self.state

    def _steered(self) -> bool:
        """Return whether a person changed the course, which the command would not repeat."""
        trainer = self.trainer
        other_lr = trainer.lr_changed or trainer.lr != self.config.training.lr
        return other_lr or not trainer.done or len(trainer.legs) > 1

    def _save_after_error(self) -> None:
        """Save what can be saved when an error or Ctrl-C ends the run."""
        try:
            save_checkpoint(self.folder, self.trainer)
            self._report_steps()
        except Diverged:
            pass
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT, errno.ENOENT):
                raise


# kind of request -> what the engine does, given the request's values; "stop" ends the run
ACTIONS: dict[str, Callable[..., None]] = {
    "hold": Engine._pause,
    "pause": Engine._pause,
    "go": Engine._go,
    "lr": Engine._change_lr,
    "epochs": Engine._more_epochs,
}


def digest(model: torch.nn.Module) -> str:
    """Return eight hexadecimal digits of a hash of the weights."""
    content = hashlib.sha256()
    for value in model.state_dict().values():
        content.update(value.detach().numpy().tobytes())
    return content.hexdigest()[:8]
