// How the person seems to feel: a sentence, eight emotions from four sources, and two axes.
const find = (id) => document.getElementById(id);
const PARTS = { fused: "together", face: "face", voice: "voice", words: "words" };
const EMOTIONS = {
  happy: "glad", sad: "sad", angry: "angry", fear: "afraid", disgust: "put off", surprise: "surprised",
  contempt: "disapproving", neutral: "calm",
};
const AXES = { valence: ["heavy", "light"], arousal: ["calm", "stirred"] };
const SURE = 0.15; // below this confidence nothing is claimed
const FINER = 0.25; // intensity from which a finer feeling is named
const SENTENCE_MS = 1200; // a sentence that changes faster cannot be read

export class Feeling {
  constructor() {
    this.bars = {};
    this.notes = {};
    this.said = 0;
    this.fine = "";
    for (const [part, name] of Object.entries(PARTS)) {
      const item = make("li", find("legend"), name, part);
      if (part !== "fused") this.notes[part] = { item, text: "" };
    }
    for (const name of Object.keys(EMOTIONS)) this.emotion(name);
    for (const [name, ends] of Object.entries(AXES)) this.axis(name, ends);
  }

  emotion(name) {
    const group = make("div", find("feeling")), bars = make("div", group, "", "equaliser");
    for (const [part, title] of Object.entries(PARTS)) {
      const bar = meter(make("span", bars, "", part), `${name}, ${title}`, 0);
      this.bars[`${part}.${name}`] = { bar, fill: make("i", bar) };
    }
    make("small", group, name);
  }

  axis(name, [low, high]) {
    const row = make("div", find("axes"), "", "axis");
    make("small", row, low);
    const track = make("div", row, "", "line");
    for (const [part, title] of Object.entries(PARTS)) {
      const bar = meter(make("span", track, "", part), `${low} to ${high}, ${title}`, -1);
      this.bars[`${part}.${name}`] = { bar, fill: bar };
    }
    make("small", row, high);
  }

  take(event) {
    if (event.kind === "affect") this.affect(event);
    if (event.kind === "note") this.note(event);
    if (event.kind === "turn") this.finer(event);
    if (event.kind === "state") this.fine = "";
  }

  affect(event) {
    for (const part of Object.keys(PARTS)) {
      const { confidence, emotions, ...rest } = event[part], known = confidence > 0.03;
      if (part !== "fused") this.notes[part].item.classList.toggle("faint", !known);
      for (const name of Object.keys(EMOTIONS)) {
        const { bar, fill } = this.bars[`${part}.${name}`], value = known ? emotions[name] : 0;
        fill.style.transform = `scaleY(${value.toFixed(3)})`;
        bar.setAttribute("aria-valuenow", value.toFixed(2));
      }
      for (const name of Object.keys(AXES)) {
        const { bar } = this.bars[`${part}.${name}`];
        bar.style.left = `${50 + 50 * rest[name]}%`;
        bar.classList.toggle("gone", !known);
        bar.setAttribute("aria-valuenow", rest[name].toFixed(2));
      }
    }
    this.sentence(event.fused);
  }

  sentence({ emotions, confidence, evidence }) {
    const now = performance.now();
    if (now - this.said < SENTENCE_MS) return;
    this.said = now;
    find("mood").textContent = sentence(emotions, confidence);
    const why = [this.fine, ...Object.values(this.notes).map(({ text }) => text)].filter(Boolean);
    find("evidence").textContent = [...evidence, ...why].slice(0, 4).join(" · ");
  }

  // The finer feelings of the last words, and what they come from.
  finer({ emotions, cause }) {
    const names = Object.entries(emotions).filter(([, share]) => share >= FINER).sort((a, b) => b[1] - a[1]);
    const found = names.slice(0, 2).map(([name]) => name).join(" and ");
    this.fine = found && (cause ? `${found}, from \u201c${cause}\u201d` : found);
  }

  note({ part, text }) {
    this.notes[part].text = text && `${part}: ${text}`;
    this.notes[part].item.title = text;
    if (part === "face") find("camera-note").textContent = text;
  }
}

function sentence(emotions, confidence) {
  if (confidence < SURE) return "I cannot tell yet.";
  const [[first, most], [second, next]] = Object.entries(emotions).sort((a, b) => b[1] - a[1]);
  const much = most > 0.45 ? "" : "a little ";
  const also = next > 0.22 && second !== "neutral" && first !== "neutral" ? `, and perhaps ${EMOTIONS[second]}` : "";
  return `You seem ${much}${EMOTIONS[first]}${also}.`;
}

function make(tag, parent, text = "", name = "") {
  const part = document.createElement(tag);
  part.textContent = text;
  if (name) part.className = name;
  parent.append(part);
  return part;
}

function meter(part, label, least) {
  part.setAttribute("role", "meter");
  part.setAttribute("aria-label", label);
  part.setAttribute("aria-valuemin", least);
  part.setAttribute("aria-valuemax", 1);
  part.setAttribute("aria-valuenow", 0);
  return part;
}
