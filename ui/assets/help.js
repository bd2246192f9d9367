// Where to get help: in the first word, behind the button that is always there, and in a card once danger was spoken of.
const find = (id) => document.getElementById(id);

export class Help {
  constructor() {
    find("help-open").addEventListener("click", () => find("help").showModal());
    this.ready = this.load();
  }

  async load() {
    const answer = await fetch(`/help-lines?country=${countryOf(navigator.language)}`).catch(() => null);
    const { emergency, line } = answer?.ok ? await answer.json()
      : { emergency: "your local emergency number", line: "a free help line near you, listed at findahelpline.com" };
    this.lines = [["In danger, call ", emergency], ["To talk to someone who listens: ", line]];
    for (const place of document.querySelectorAll("[data-lines]")) place.replaceChildren(...this.lines.map(sentence));
  }

  take(event) {
    if (event.kind === "plan" && event.risk === "crisis") this.stay(true);
    if (event.kind === "state") this.stay(event.transcript.some((line) => line.plan?.risk === "crisis"));
  }

  async stay(on) {
    await this.ready;
    const card = find("crisis");
    if (on && card.hidden) card.replaceChildren("You do not have to be alone with this.", ...this.lines.map(sentence));
    card.hidden = !on;
  }
}

// Where someone who reads this language most likely is; nowhere where the language alone tells too little.
function countryOf(tag) {
  const locale = new Intl.Locale(tag);
  if (locale.region) return locale.region;
  return ["ar", "en"].includes(locale.language) ? "international" : locale.maximize().region;
}

// A sentence in which every number can be called with one touch.
function sentence([before, text]) {
  const line = document.createElement("p");
  const parts = text.split(/(\d[\d ]*\d)/).map((part, i) => {
    if (i % 2 === 0) return part;
    const link = document.createElement("a");
    link.href = `tel:${part.replaceAll(" ", "")}`;
    link.textContent = part;
    return link;
  });
  line.append(before, ...parts, text.endsWith(".") ? "" : ".");
  return line;
}
