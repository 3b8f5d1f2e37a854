// A scene and what was found in it: an SVG that Python has written (`plots/scenes/figure.py`). What
// lies under the pointer says its exact values by itself; a list beside it says them as well.

export default mounted((parent) => new SceneView(parent.querySelector(".scene")));

class SceneView {
  constructor(root) {
    this.root = root;
  }

  dispose() {}

  update({ drawing, note, opened }) {
    // a scene that was opened from further down the page
    if (this.drawing && opened !== this.opened) this.root.scrollIntoView({ block: "center" });
    this.opened = opened;
    if (drawing === this.drawing) return; // what is under the pointer stays
    this.drawing = drawing;
    this.root.querySelector(".drawn").innerHTML = drawing;
    this.root.querySelector("figcaption").textContent = note;
    this.root.classList.toggle("faint", note !== "");
  }
}
