// The person's feeling as bars that move, and why the companion answered as it did.
const find = (id) => document.getElementById(id);
const PARTS = { fused: "together", face: "face", voice: "voice", words: "words" };
const EMOTIONS = ["happy", "sad", "angry", "fear", "disgust", "surprise", "contempt", "neutral"];
const AXES = { valence: "pleasant", arousal: "lively" };

export class Feeling {
  constructor() {
    this.bars = {};
    const grid = find("feeling");
    const cell = (tag, text) => { const part = document.createElement(tag); part.textContent = text; grid.append(part); return part; };
    cell("span", "");
    this.heads = Object.fromEntries(Object.entries(PARTS).map(([part, name]) => [part, cell("b", name)]));
    for (const name of [...EMOTIONS, ...Object.keys(AXES)]) {
      cell("span", AXES[name] ?? name);
      for (const part of Object.keys(PARTS)) this.bars[`${part}.${name}`] = this.bar(grid, `${name}, ${PARTS[part]}`, name in AXES);
    }
  }

  bar(grid, label, signed) {
    const track = document.createElement("div"), fill = document.createElement("i");
    track.className = signed ? "track signed" : "track";
    track.setAttribute("role", "meter");
    track.setAttribute("aria-label", label);
    track.setAttribute("aria-valuemin", signed ? -1 : 0);
    track.setAttribute("aria-valuemax", 1);
    track.append(fill);
    grid.append(track);
    return { track, fill };
  }

  take(event) {
    if (event.kind === "affect") this.affect(event);
    if (event.kind === "plan") this.plan(event);
    if (event.kind === "mark" && event.name === "response") this.latency(event);
    if (event.kind === "state") find("strategy").textContent = event.transcript.length ? find("strategy").textContent : "Nothing said yet.";
  }

  affect(event) {
    for (const part of Object.keys(PARTS)) {
      const feeling = event[part], known = feeling.confidence > 0.03;
      this.heads[part].classList.toggle("faint", !known);
      for (const name of EMOTIONS) this.set(`${part}.${name}`, known ? feeling.emotions[name] : 0, feeling.confidence);
      for (const name of Object.keys(AXES)) this.set(`${part}.${name}`, known ? feeling[name] / 2 : 0, feeling.confidence);
    }
    find("evidence").textContent = event.fused.evidence.slice(0, 3).join(" · ") || "Nothing read yet.";
  }

  set(name, value, confidence) {
    const { track, fill } = this.bars[name];
    fill.style.transform = `scaleX(${value.toFixed(3)})`;
    fill.style.opacity = (0.3 + 0.7 * Math.min(1, confidence * 1.5)).toFixed(2);
    track.setAttribute("aria-valuenow", value.toFixed(2));
  }

  plan({ strategy, stage, reason }) {
    find("strategy").textContent = `${strategy} · ${stage}`;
    find("reason").textContent = reason;
  }

  latency({ response_ms: total, stages }) {
    const parts = Object.entries(stages).filter(([, ms]) => ms > 0).map(([name, ms]) => `${name.replace("_", " ")} ${ms}`);
    const since = "turn_end" in stages && stages.turn_end > 0 ? "after you stopped speaking" : "after you wrote";
    find("latency").textContent = `Answered ${total} ms ${since} (${parts.join(", ")})`;
  }
}
