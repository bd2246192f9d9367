// The settings drawer around Gradio's components: opening it, downloads, forgetting, and keeping it true.
import { toast } from "./notice.js";

const find = (id) => document.getElementById(id);

export class Settings {
  constructor(connection) {
    this.connection = connection;
    this.panel = find("drawer");
    this.opener = find("settings-open");
    this.panel.setAttribute("role", "region");
    this.panel.setAttribute("aria-label", "Settings");
    this.opener.addEventListener("click", () => this.show(!this.open));
    this.panel.addEventListener("click", (event) => this.press(event));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.open) this.show(false); });
  }

  get open() { return this.panel.classList.contains("open"); }

  // Gradio's components show what the session really uses, also after a change was refused or the page was reloaded.
  take(event) {
    if (event.kind === "settings" || event.kind === "state") find("stage-block").dispatchEvent(new Event("settings"));
  }

  show(on) {
    this.panel.classList.toggle("open", on);
    this.opener.setAttribute("aria-expanded", String(on));
    if (on) this.panel.querySelector("button, input, a")?.focus(); else this.opener.focus();
  }

  press(event) {
    const part = event.target.closest("button, a");
    if (part?.id === "settings-close") this.show(false);
    if (part?.id === "forget") this.forget();
    if (part?.dataset.download) { event.preventDefault(); this.download(part.dataset.download); }
  }

  forget() {
    if (this.connection.send({ op: "forget" })) toast("Forgotten. Nothing of our talk is left.", "kind");
    else toast("Not connected: nothing could be forgotten yet.");
    this.show(false);
  }

  async download(kind) {
    const answer = await fetch(`/transcript.${kind}?room=${encodeURIComponent(this.connection.room)}`).catch(() => null);
    if (!answer?.ok) return toast("There is no conversation to download.");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `conversation.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}
