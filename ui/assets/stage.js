// The face: its picture and sound, the word it starts with, and what it is doing now.
import { toast } from "./notice.js";

const find = (id) => document.getElementById(id);
const DOING = { idle: "Here with you", listening: "Listening", thinking: "Thinking", speaking: "Speaking" };
const GREETING_MS = 3000; // it says hello even while the browser's question about the microphone stands open

export class Stage {
  constructor(connection, devices) {
    this.connection = connection;
    this.devices = devices;
    this.begun = this.live = this.speaking = false;
    this.avatar = find("avatar");
    connection.addEventListener("stream", ({ detail }) => { this.avatar.srcObject = detail; });
    connection.addEventListener("status", ({ detail }) => this.status(detail));
    this.avatar.addEventListener("playing", () => this.seen());
    find("sound").addEventListener("click", () => this.sound());
    find("start").addEventListener("click", () => this.greet());
    find("here").addEventListener("click", () => { find("here").hidden = true; connection.open(); });
  }

  take(event) {
    if (event.kind === "moved") find("here").hidden = false;
    if (event.kind === "mark" && event.name === "attention") this.doing(event.state);
    if (event.kind === "speech") {
      this.speaking = event.state === "start" || event.state === "resumed";
      this.doing(this.speaking ? "speaking" : "idle");
    }
  }

  seen() {
    find("veil").classList.add("gone");
    find("here").hidden = true;
    find("welcome").hidden = this.begun;
    if (this.live) this.doing("idle");
  }

  status({ text, live }) {
    this.live = live;
    if (live) return this.doing("idle");
    this.show(text, "");
    find("veil").classList.remove("gone");
    find("veil-text").textContent = text;
    find("welcome").hidden = true;
  }

  doing(state) {
    if (!this.live || (this.speaking && state === "listening")) return;
    this.show(DOING[state], `live ${state}`);
  }

  show(text, state) {
    find("status").textContent = text;
    find("status").parentElement.className = `state ${state}`;
  }

  // The person's first act on the page: from here on the browser lets it sound.
  begin() {
    if (this.begun) return;
    this.begun = true;
    find("welcome").hidden = true;
    this.sound(true);
  }

  async greet() {
    this.begin();
    const hello = () => this.connection.send({ op: "greet" });
    const late = setTimeout(hello, GREETING_MS);
    await this.devices.microphone(true);
    clearTimeout(late);
    hello();
    await this.devices.camera(true);
  }

  sound(on = this.avatar.muted) {
    this.avatar.muted = !on;
    find("sound").setAttribute("aria-pressed", String(on));
    find("sound").querySelector(".label").textContent = on ? "Sound on" : "Sound off";
    if (on) this.avatar.play().catch(() => toast("The browser plays no sound yet: press the sound button once more."));
  }
}
