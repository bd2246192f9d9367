// What both sides said: partial words in grey, what was cut off struck through, and captions under the face.
const find = (id) => document.getElementById(id);
const NEAR_PX = 60;

export class Transcript {
  constructor() {
    this.list = find("transcript");
    this.hint = this.list.querySelector(".hint");
    this.replies = new Map();
    this.atEnd = true;
    this.list.addEventListener("scroll", () => {
      this.atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_PX;
    });
    new ResizeObserver(() => this.scroll()).observe(this.list);
  }

  take(event) {
    switch (event.kind) {
      case "state": return this.restore(event.transcript);
      case "words": return this.partial(event.final ? "" : event.text);
      case "turn": return this.heard(event);
      case "clause": return this.planned(event);
      case "speech": return this.spoken(event);
    }
  }

  restore(lines) {
    this.list.replaceChildren(...(lines.length ? [] : [this.hint]));
    this.replies.clear();
    this.waiting = null;
    for (const line of lines) {
      const item = this.add(line.speaker === "you" ? "you" : "companion", line.text);
      if (line.cut) item.append(" –");
    }
  }

  partial(text) {
    this.waiting?.remove();
    this.waiting = null;
    if (!text) return;
    this.waiting = this.add("you partial", text);
    this.waiting.ariaHidden = "true"; // words that still change are not read aloud
  }

  heard({ turn, text }) {
    this.partial("");
    // A turn that goes on takes in what was already shown of it and never answered.
    const last = this.list.lastElementChild;
    if (last?.classList.contains("you") && text.startsWith(last.textContent)) last.remove();
    this.add("you", text || "(I could not make out the words)").dataset.turn = turn;
  }

  planned({ turn, text }) {
    const reply = this.replies.get(turn);
    if (reply) {
      reply.text += ` ${text}`;
      reply.item.textContent = reply.text;
    } else {
      this.replies.set(turn, { text, item: this.add("companion", text) });
    }
    this.caption(text);
    this.scroll();
  }

  spoken({ turn, state, heard }) {
    const reply = this.replies.get(turn);
    if (state === "interrupted" && reply) {
      const rest = document.createElement("span");
      rest.className = "cut";
      rest.textContent = reply.text.slice(heard.length);
      if (heard) reply.item.replaceChildren(heard, rest);
      else reply.item.remove();
    }
    if (state === "end" || state === "interrupted") {
      clearTimeout(this.hiding);
      this.hiding = setTimeout(() => find("caption").classList.remove("on"), 900);
    }
  }

  caption(text) {
    clearTimeout(this.hiding);
    find("caption").textContent = text;
    find("caption").classList.add("on");
  }

  add(kind, text) {
    this.hint.remove();
    const item = document.createElement("li");
    item.className = kind;
    item.textContent = text;
    this.list.append(item);
    this.scroll();
    return item;
  }

  // Whoever reads further up is left there.
  scroll() { if (this.atEnd) this.list.scrollTop = this.list.scrollHeight; }
}
