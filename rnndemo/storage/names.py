"""What the files in the folders of runs, models and studies are called."""

from __future__ import annotations

CONFIG, WEIGHTS, CARD = "config.json", "model.safetensors", "card.json"


CHECKPOINT = "checkpoint.safetensors"


REPORT = "report.npz"


STATE, WORKER = "state.json", "worker"
ASKING = "asking"  # its lock is held to ask for something, and by a worker to see that none did


EVENTS, CONTROLS = "events.jsonl", "controls.jsonl"


ABOUT, LOG = "about.json", "worker.log"
