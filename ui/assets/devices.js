// Microphone and camera: each works without the other, and each failure is said in one clear line.
import { toast } from "./notice.js";

const find = (id) => document.getElementById(id);
const NAMES = { audio: "microphone", video: "camera" };
const WANTED = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  // A face is read twelve times a second at most, and read as well at this size: more would only cost.
  video: { width: { ideal: 480 }, height: { ideal: 360 }, frameRate: { ideal: 12, max: 15 }, facingMode: "user" },
};

export class Devices {
  constructor(connection) {
    this.connection = connection;
    this.tracks = {};
    find("mic").addEventListener("click", () => this.microphone());
    find("camera").addEventListener("click", () => this.camera());
    find("mic-choice").addEventListener("change", () => this.tracks.audio && this.toggle("audio", true));
    find("camera-choice").addEventListener("change", () => this.tracks.video && this.toggle("video", true));
    navigator.mediaDevices?.addEventListener("devicechange", () => this.list());
    this.list();
  }

  microphone(on) { return this.toggle("audio", on); }
  camera(on) { return this.toggle("video", on); }

  async toggle(kind, on = !this.tracks[kind]) {
    this.tracks[kind]?.stop();
    this.tracks[kind] = null;
    if (on) this.tracks[kind] = await this.ask(kind);
    await this.connection.put(kind, this.tracks[kind] ?? null);
    this.show(kind);
  }

  async ask(kind) {
    if (!navigator.mediaDevices) {
      toast(`The browser gives no ${NAMES[kind]} to this address. Open the page as http://localhost or over HTTPS.`);
      return null;
    }
    const choice = find(kind === "audio" ? "mic-choice" : "camera-choice").value;
    const wanted = choice ? { ...WANTED[kind], deviceId: { exact: choice } } : WANTED[kind];
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: wanted });
      const [track] = stream.getTracks();
      track.addEventListener("ended", () => {
        if (this.tracks[kind] !== track) return;
        toast(`The ${NAMES[kind]} was disconnected. You can go on without it.`);
        this.toggle(kind, false);
      });
      this.list();
      return track;
    } catch (error) {
      toast(why(error, kind));
      return null;
    }
  }

  show(kind) {
    const track = this.tracks[kind], button = find(kind === "audio" ? "mic" : "camera");
    button.setAttribute("aria-pressed", String(Boolean(track)));
    const name = kind === "audio" ? "Microphone" : "Camera";
    button.querySelector(".label").textContent = `${name} ${track ? "on" : "off"}`;
    if (kind === "video") {
      find("self").hidden = !track;
      find("camera-view").srcObject = track ? new MediaStream([track]) : null;
    } else {
      this.meter(track);
    }
  }

  meter(track) {
    this.context?.close();
    this.context = null;
    const bar = find("level");
    bar.style.transform = "scaleX(0)";
    if (!track) return;
    const context = (this.context = new AudioContext());
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const draw = () => {
      if (this.context !== context) return;
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
      const decibel = 10 * Math.log10(power + 1e-9);
      bar.style.transform = `scaleX(${Math.max(0, Math.min(1, (decibel + 60) / 50))})`;
      setTimeout(draw, 80);
    };
    draw();
  }

  async list() {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    for (const [kind, id] of [["audioinput", "mic-choice"], ["videoinput", "camera-choice"]]) {
      const select = find(id), chosen = select.value;
      const named = devices.filter((device) => device.kind === kind && device.deviceId && device.label);
      select.replaceChildren(new Option("The usual one", ""), ...named.map((device) => new Option(device.label, device.deviceId)));
      select.value = named.some((device) => device.deviceId === chosen) ? chosen : "";
    }
  }
}

function why(error, kind) {
  const name = NAMES[kind];
  const rest = kind === "audio" ? "You can write instead." : "I can still hear you.";
  switch (error.name) {
    case "NotAllowedError": return `The ${name} was refused. To allow it, use the icon beside the address. ${rest}`;
    case "NotFoundError":
    case "OverconstrainedError": return `No ${name} was found. ${rest}`;
    case "NotReadableError": return `The ${name} is in use by another program. ${rest}`;
    default: return `The ${name} cannot be used (${error.name}). ${rest}`;
  }
}
