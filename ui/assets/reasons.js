// Why the companion answered as it did, and how long the answer took.
const find = (id) => document.getElementById(id);
const STAGES = {
  turn_end: "waiting for the end", words: "words", plan: "plan", clause: "wording", speech: "voice", sound: "picture",
};
const READABLE = 0.14; // share of the bar in which a label still has room

export class Reasons {
  take(event) {
    if (event.kind === "plan") this.plan(event);
    if (event.kind === "mark" && event.name === "response") this.latency(event);
    if (event.kind === "state") this.restore(event.transcript);
  }

  restore(lines) {
    const plan = lines.findLast((line) => line.plan)?.plan;
    if (plan) return this.plan(plan);
    find("strategy").textContent = "Nothing said yet.";
    for (const id of ["reason", "latency", "stages"]) find(id).textContent = "";
  }

  plan({ strategy, stage, reason }) {
    find("strategy").textContent = `${strategy} · ${stage}`;
    find("reason").textContent = reason;
  }

  latency({ response_ms: total, stages }) {
    const spoken = stages.turn_end > 0;
    find("latency").textContent = `${total} ms after you ${spoken ? "stopped speaking" : "wrote"}`;
    const parts = Object.entries(STAGES).filter(([name]) => stages[name] > 0);
    find("stages").replaceChildren(...parts.map(([name, title], i) => {
      const part = document.createElement("span");
      part.className = `part p${i}`;
      part.style.flexGrow = stages[name];
      part.title = `${title} ${stages[name]} ms`;
      if (stages[name] > READABLE * total) part.textContent = `${title} ${stages[name]}`;
      return part;
    }));
  }
}
