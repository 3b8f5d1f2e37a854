// The burst camera: takes photographs at an even pace and sends them once (see burst.py).
// A short press counts down and takes them all; a long one takes them for as long as it lasts.

const LONG_PRESS = 350; // milliseconds; a longer press takes photographs until it ends
const JPEG_QUALITY = 0.9;
const PROBLEMS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

let wanted = false; // once turned on, the camera comes on by itself when it is shown again

export default mounted((parent) => new Burst(parent));

class Burst {
  constructor(parent) {
    this.root = parent.querySelector(".burst");
    this.find = (selector) => this.root.querySelector(selector);
    this.video = this.find("video");
    this.stream = null;
    this.timer = null;
    this.gone = false;
    this.pictures = [];
    this.done = 0; // photographs taken last time
    const take = this.find(".take");
    take.addEventListener("pointerdown", (e) => this.press(e));
    take.addEventListener("pointerup", () => this.lift());
    take.addEventListener("pointercancel", () => {
      this.lift();
      this.held = false; // no click follows
    });
    take.addEventListener("click", () => this.click());
    take.addEventListener("contextmenu", (e) => e.preventDefault()); // a long touch would open it
    this.find(".off").addEventListener("click", () => this.turnOff());
  }

  dispose() {
    this.gone = true;
    this.release();
  }

  update(data, trigger) {
    const first = !this.data;
    Object.assign(this, { data, trigger });
    if (first && wanted) this.turnOn();
    else this.label();
  }

  // ------------------------------------------------------------------ the camera

  async turnOn() {
    this.show("starting");
    if (!navigator.mediaDevices?.getUserMedia) return this.fail("insecure");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" },
      });
      this.stream = stream;
      if (this.gone) return this.release();
      stream.getVideoTracks()[0].addEventListener("ended", () => this.stream && this.fail("lost"));
      this.video.srcObject = stream;
      await this.video.play();
      wanted = true;
      this.show("ready");
    } catch (problem) {
      if (!this.gone) this.fail(PROBLEMS[problem.name] ?? "failed");
    }
  }

  turnOff() {
    wanted = false;
    this.release();
    this.show("off");
    this.find(".take").focus({ preventScroll: true }); // the button is gone; keep the keyboard here
  }

  release() {
    clearTimeout(this.timer);
    const { stream } = this;
    this.stream = this.video.srcObject = null;
    for (const track of stream?.getTracks() ?? []) track.stop();
  }

  fail(problem) {
    wanted = false;
    this.problem = problem;
    this.release();
    this.show("failed");
  }

  // ------------------------------------------------------------------ what the person does

  press(event) {
    this.held = false;
    if (this.root.dataset.state !== "ready" || event.button) return;
    this.find(".take").setPointerCapture(event.pointerId);
    this.timer = setTimeout(() => {
      this.held = true;
      this.record();
    }, LONG_PRESS);
  }

  lift() {
    if (this.held) this.finish();
    else if (this.root.dataset.state === "ready") clearTimeout(this.timer);
  }

  click() {
    if (this.held) {
      this.held = false; // the click at the end of a long press
      return;
    }
    const does = {
      off: () => this.turnOn(),
      failed: () => this.turnOn(),
      ready: () => this.count(this.data.countdown),
      counting: () => this.stop(),
      taking: () => this.finish(),
    };
    does[this.root.dataset.state]?.();
  }

  stop() {
    clearTimeout(this.timer);
    this.show("ready");
  }

  // ------------------------------------------------------------------ taking pictures

  count(left) {
    if (!left) return this.record();
    this.left = left;
    this.show("counting");
    this.timer = setTimeout(() => this.count(left - 1), 1000);
  }

  record() {
    this.pictures = [];
    this.find(".taken").replaceChildren();
    this.start = performance.now();
    this.take();
  }

  take() {
    const picture = capture(this.video, this.data.side);
    if (picture) {
      this.pictures.push(picture.slice(picture.indexOf(",") + 1));
      this.find(".taken").append(Object.assign(new Image(), { src: picture, alt: "" }));
    }
    if (this.pictures.length >= this.data.most) return this.finish();
    this.show("taking");
    const now = performance.now() - this.start;
    const next = (Math.floor(now / this.data.pace) + 1) * this.data.pace;
    this.timer = setTimeout(() => this.take(), next - now);
  }

  finish() {
    clearTimeout(this.timer);
    if (this.root.dataset.state !== "taking" && !this.pictures.length) return;
    const { pictures } = this;
    this.pictures = [];
    this.done = pictures.length;
    this.show("ready");
    const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
    if (pictures.length) this.trigger("taken", { id, pictures });
  }

  // ------------------------------------------------------------------ what is shown

  show(state) {
    this.root.dataset.state = state;
    this.label();
  }

  label() {
    const { data, root } = this;
    const { text } = data;
    const { state } = root.dataset;
    const numbers = { count: this.pictures.length, most: data.most, seconds: (data.most * data.pace) / 1000 };
    root.dataset.taken = state === "taking" ? this.pictures.length : this.done;
    root.setAttribute("aria-label", text.camera);
    this.video.setAttribute("aria-label", text.live);
    const button = { off: "on", failed: "again", starting: "starting", counting: "cancel", taking: "end" };
    const take = this.find(".take");
    take.textContent = fill(text[button[state] ?? "take"], numbers);
    enable(take, state !== "starting");
    const off = this.find(".off");
    off.textContent = text.off;
    off.hidden = state !== "ready";
    const count = this.find(".count");
    count.hidden = state !== "counting";
    count.textContent = this.left;
    const note = { off: text.asks, failed: text[this.problem] }[state] ?? "";
    this.find(".note").textContent = note;
    this.find(".note").hidden = !note;
    const progress = this.find("progress");
    progress.hidden = state !== "taking";
    progress.value = numbers.count / data.most;
    this.find(".say").textContent = this.sentence(state, numbers);
  }

  sentence(state, numbers) {
    const { text } = this.data;
    if (state === "taking") return fill(text.taking, numbers);
    if (state === "counting") return fill(text.counting, { left: this.left });
    if (state === "ready" && this.done) return fill(text.done, { count: this.done });
    return state === "ready" ? fill(text.ready, numbers) : "";
  }
}

// -------------------------------------------------------------------- small tools

// The picture that the camera shows now as a data URI, or null before there is one
function capture(video, side) {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width || !height) return null;
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = Object.assign(document.createElement("canvas"), {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  });
  const paint = canvas.getContext("2d");
  paint.imageSmoothingQuality = "high";
  paint.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", JPEG_QUALITY);
}
