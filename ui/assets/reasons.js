// Why the companion answered as it did, and how long the answer took.
const find = (id) => document.getElementById(id);
const STAGES = {
  turn_end: "waiting for the end", words: "words", plan: "plan", clause: "wording", speech: "voice", sound: "picture",
};
const READABLE = 0.14; // share of the bar in which a label still has room
const FAINT = 0.02; // share of a mixture below which nothing is drawn
const SURE = 0.4; // certainty below which the companion does not name a feeling itself (dialogue/felt.py)
const SHORT = {
  "Question": "ask", "Restatement or Paraphrasing": "say back", "Reflection of feelings": "reflect",
  "Self-disclosure": "be open", "Affirmation and Reassurance": "affirm", "Providing Suggestions": "suggest",
  "Information": "inform", "Others": "be there",
};
const FIELDS = {
  emotion: "You seem", cause: "Because of", appraisal: "What it may mean to you", intention: "You seem to want",
  problem: "What runs through this talk", value: "Worth seeing in you", risk: "Danger",
};
const PARTS = { rules: "rules", states: "stages and mood", model: "trained model", lookahead: "looking ahead", debias: "evenness", "language model": "language model" };

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
    for (const id of ["mixture", "whole-plan"]) find(id).hidden = true;
  }

  plan(plan) {
    find("strategy").textContent = `${plan.strategy} · ${plan.stage}`;
    find("reason").textContent = plan.reason;
    find("mixture").hidden = find("whole-plan").hidden = false;
    find("mixture").setAttribute("aria-label", told(plan.strategies));
    find("mixture").replaceChildren(...Object.entries(plan.strategies).flatMap(([name, share], i) => {
      if (share < FAINT) return [];
      const part = document.createElement("span");
      part.className = `part s${i}`;
      part.style.flexGrow = share;
      part.title = `${name} ${Math.round(100 * share)} %`;
      if (share > READABLE) part.textContent = SHORT[name];
      return [part];
    }));
    const rows = Object.entries(FIELDS).map(([name, title]) => [title, plan[name]]);
    if (plan.emotion !== "neutral" && plan.certainty < SURE) rows[0][1] = `perhaps ${plan.emotion} (not sure)`;
    const opinions = Object.entries(plan.opinions).map(([part, shares]) => [PARTS[part] ?? part, told(shares, 2)]);
    find("plan-parts").replaceChildren(...[...rows, ...opinions]
      .filter(([, text]) => text && text !== "none").flatMap(([title, text]) => [line("dt", title), line("dd", text)]));
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

function line(tag, text) {
  const part = document.createElement(tag);
  part.textContent = text;
  return part;
}

// The largest shares of a mixture in words.
function told(shares, most = 3) {
  const sorted = Object.entries(shares).sort((a, b) => b[1] - a[1]).slice(0, most);
  return sorted.map(([name, share]) => `${SHORT[name]} ${Math.round(100 * share)} %`).join(", ");
}
