"""Whoever comes and goes, and in whatever order: visitors take turns, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rnndemo.jobs.tickets import STORED, TRAINS, Ticket, number, order, parsed, served_after

VISITORS = ("a", "b", "c", "d")
# a visitor draws a ticket, or a training ends: which of those that train
DAY = st.lists(st.sampled_from(VISITORS) | st.integers(0, 5), max_size=60)


@dataclass
class Machine:
    """A queue in memory."""

    slots: int
    known: list[Ticket] = field(default_factory=list)
    served: dict[str, int] = field(default_factory=dict)
    begun: list[Ticket] = field(default_factory=list)
    # each time: who begins, and of whom others wait with what training
    passed: list[tuple[str, dict[str, int]]] = field(default_factory=list)

    def of(self, state: str) -> list[Ticket]:
        return [ticket for ticket in self.known if ticket.state == state]

    def draw(self, visitor: str) -> None:
        drawn = number(self.known, self.served)
        self.known.append(Ticket(Path("queue"), drawn, visitor, f"run{drawn}", STORED))

    def advance(self) -> None:
        while len(self.of(TRAINS)) < self.slots and self.of(STORED):
            first = order(self.known, self.served)[0]
            training = [one.visitor for one in self.of(TRAINS)]
            waiting = {one.visitor for one in self.of(STORED)}
            self.passed.append((first.visitor, {who: training.count(who) for who in waiting}))
            self.known[self.known.index(first)] = replace(first, state=TRAINS)
            self.begun.append(first)

    def live(self, day: Iterable[str | int]) -> None:
        for event in day:
            if isinstance(event, str):
                self.draw(event)
            elif training := self.of(TRAINS):
                over = training[event % len(training)]
                self.known.remove(over)
                self.served = served_after([over], self.known, self.served)
            self.advance()


@given(day=DAY, slots=st.integers(1, 3))
def test_turns_rotate_between_visitors(day: list[str | int], slots: int) -> None:
    machine = Machine(slots)
    machine.live(day)
    assert len(machine.of(TRAINS)) <= slots
    for visitor in VISITORS:  # first come, first served within one
        mine = [ticket.number for ticket in machine.begun if ticket.visitor == visitor]
        assert mine == sorted(mine)
    for who, training in machine.passed:  # who has a training waits behind those who have none
        assert training[who] == min(training.values())
    # nobody is passed twice by the same visitor with as many trainings, while waiting
    since: dict[str, dict[str, int]] = {}
    for who, training in machine.passed:
        for other in training:
            if other != who and training[other] <= training[who]:
                since.setdefault(other, {})[who] = since.get(other, {}).get(who, 0) + 1
                assert since[other][who] <= 2
        since[who] = {}
        for other in set(since) - set(training):
            since[other] = {}


@given(day=DAY)
def test_the_place_that_is_shown_is_the_place_at_which_it_begins(day: list[str | int]) -> None:
    machine = Machine(1)
    machine.live(day)
    for shown in [ticket.job for ticket in order(machine.known, machine.served)]:
        machine.live([0])  # the one that trains ends
        assert machine.begun[-1].job == shown


@given(st.text("0123456789abcdef-.", max_size=40))
def test_any_name_of_a_file_is_a_ticket_or_none(name: str) -> None:
    ticket = parsed(Path("queue") / (name or "x"))
    assert ticket is None or parsed(ticket.path) == ticket


def test_a_clock_that_is_set_back_puts_nobody_before_others() -> None:
    future = Ticket(Path("queue"), 2**62, "a", "first", STORED)
    assert number([future], {}) > future.number
    assert number([], {"a": 2**62}) > 2**62
