// Puts the parts of the page together once Gradio has placed the stage.
import { Connection } from "./connection.js";
import { Devices } from "./devices.js";
import { Feeling } from "./feeling.js";
import { helpLines, notices, tabs, toast } from "./notice.js";
import { Transcript } from "./transcript.js";

const find = (id) => document.getElementById(id);

function start() {
  const connection = new Connection();
  const transcript = new Transcript(connection);
  const feeling = new Feeling();
  const devices = new Devices(connection);
  const avatar = find("avatar");
  let spoken = false;

  // Gradio's own components reach the session through this one function.
  window.companion = { set: (values) => connection.send({ op: "settings", values }), connection };

  connection.addEventListener("stream", (event) => { avatar.srcObject = event.detail; });
  avatar.addEventListener("playing", () => { find("veil").classList.add("gone"); find("start").hidden = spoken; });
  connection.addEventListener("status", (event) => {
    const { text, live } = event.detail;
    find("status").textContent = text;
    if (!live) { find("veil").classList.remove("gone"); find("veil-text").textContent = text; }
  });
  connection.addEventListener("event", ({ detail }) => {
    transcript.take(detail);
    feeling.take(detail);
    if (detail.kind === "error") toast(detail.message);
    if (detail.kind === "plan" && detail.risk === "crisis") showCrisis();
    if (detail.kind === "state") find("drawer")?.dispatchEvent(new CustomEvent("state", { detail }));
  });

  const unmute = (on) => {
    avatar.muted = !on;
    find("sound").setAttribute("aria-pressed", String(on));
    find("sound").querySelector(".label").textContent = on ? "Sound on" : "Sound off";
    if (on) avatar.play().catch(() => toast("The browser plays no sound yet: press the sound button once more."));
  };
  find("sound").addEventListener("click", () => unmute(avatar.muted));
  find("start").addEventListener("click", async () => {
    spoken = true;
    find("start").hidden = true;
    unmute(true);
    await devices.microphone(true);
    await devices.camera(true);
    connection.send({ op: "greet" });
  });
  find("write").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = find("text").value.trim();
    if (!text) return;
    if (!spoken) { spoken = true; find("start").hidden = true; unmute(true); }
    if (connection.send({ op: "type", text })) find("text").value = "";
    else toast("Not connected yet: your words are still in the box.");
  });

  drawer(connection);
  tabs();
  notices();
  helpLines();
  keys(devices, () => unmute(avatar.muted));
  connection.open();
}

function showCrisis() {
  const lines = document.querySelectorAll("#help [data-help]");
  const [emergency, line] = [...lines].map((part) => part.textContent);
  const card = find("crisis");
  card.textContent = `You do not have to be alone with this. In danger, call ${emergency}. To talk to someone: ${line}.`;
  card.hidden = false;
}

function drawer(connection) {
  const panel = find("drawer"), opener = find("settings-open");
  panel.setAttribute("role", "region");
  panel.setAttribute("aria-label", "Settings");
  const show = (on) => {
    panel.classList.toggle("open", on);
    opener.setAttribute("aria-expanded", String(on));
    if (on) panel.querySelector("button, input, a")?.focus(); else opener.focus();
  };
  opener.addEventListener("click", () => show(!panel.classList.contains("open")));
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    if (button?.id === "settings-close") show(false);
    if (button?.id === "forget") { connection.send({ op: "forget" }); toast("Forgotten. Nothing of our talk is left.", "kind"); show(false); }
    if (button?.dataset?.download) { event.preventDefault(); location.href = `/transcript.${button.dataset.download}?room=${encodeURIComponent(connection.room)}`; }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && panel.classList.contains("open")) show(false); });
}

function keys(devices, sound) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog, #drawer")) return;
    const act = { m: () => devices.microphone(), c: () => devices.camera(), s: sound }[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
}

const waiting = setInterval(() => {
  if (!find("app") || !find("drawer")) return;
  clearInterval(waiting);
  start();
}, 50);
