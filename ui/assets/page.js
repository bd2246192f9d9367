// Puts the parts of the page together once Gradio has placed the stage.
import { ambience } from "./ambience.js";
import { Connection } from "./connection.js";
import { Devices } from "./devices.js";
import { Feeling } from "./feeling.js";
import { Help } from "./help.js";
import { firstVisit, tabs, toast } from "./notice.js";
import { Reasons } from "./reasons.js";
import { Settings } from "./settings.js";
import { Stage } from "./stage.js";
import { Transcript } from "./transcript.js";

const find = (id) => document.getElementById(id);

function start() {
  const connection = new Connection();
  const devices = new Devices(connection);
  const stage = new Stage(connection, devices);
  // Help is told first, and a part that fails stops no other: a number to call must not hang on a drawing.
  const parts = [new Help(), stage, new Transcript(), new Feeling(), new Reasons(), new Settings(connection)];

  // Gradio's own components reach the session through this one function.
  window.companion = { set: (values) => connection.send({ op: "settings", values }), connection };

  connection.addEventListener("event", ({ detail }) => {
    for (const part of parts) attempt(() => part.take(detail));
    if (detail.kind === "error") toast(detail.message);
  });
  write(connection, stage);
  keys(devices, stage);
  tabs();
  firstVisit();
  ambience(find("avatar"), document.documentElement);
  connection.open();
}

// What fails here is told on the console and to the listeners of `error`; the rest of the page goes on.
function attempt(act) {
  try { act(); } catch (error) { reportError(error); }
}

function write(connection, stage) {
  find("write").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = find("text").value.trim();
    if (!text) return;
    stage.begin();
    if (connection.send({ op: "type", text })) find("text").value = "";
    else toast("Not connected yet: your words are still in the box.");
  });
}

function keys(devices, stage) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") find("devices").open = false;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog, #drawer")) return;
    const act = { m: () => devices.microphone(), c: () => devices.camera(), s: () => stage.sound() }[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("click", (event) => { if (!event.target.closest("#devices")) find("devices").open = false; });
}

const waiting = setInterval(() => {
  if (!find("app") || !find("drawer")) return;
  clearInterval(waiting);
  start();
}, 50);
