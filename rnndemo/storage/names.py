"""Names of the files in the folders of runs, models and studies."""

from __future__ import annotations

CONFIG, WEIGHTS, CARD = "config.json", "model.safetensors", "card.json"
CHECKPOINT, REPORT = "checkpoint.safetensors", "report.npz"
STATE, WORKER = "state.json", "worker"
# locked by who writes a request, and by a worker that makes sure there is none before it ends
ASKING = "asking"
EVENTS, CONTROLS = "events.jsonl", "controls.jsonl"
PICTURE = "picture.npz"  # that a training of scenes follows
ABOUT, LOG = "about.json", "worker.log"
