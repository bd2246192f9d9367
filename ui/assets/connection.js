// One WebRTC connection to this machine: the avatar's picture and sound in, microphone and camera out, events beside.
const RETRY_MS = [500, 1000, 2000, 4000, 8000];
const WAKING_MS = 300;
const CAMERA_BITS = 400_000; // a second: clear enough to read a face from
const NO_SERVER = "The companion's server does not answer. Is it running?";

export class Connection extends EventTarget {
  constructor() {
    super();
    this.room = sessionStorage.getItem("room") ?? "";
    this.tries = 0;
    this.tracks = { audio: null, video: null };
    addEventListener("pagehide", () => this.peer?.close()); // so that the server need not wait for a time-out
    addEventListener("pageshow", ({ persisted }) => persisted && this.open());
    addEventListener("online", () => this.timer && this.open());
  }

  async open() {
    clearTimeout(this.timer);
    this.timer = null;
    this.say("status", { text: this.tries ? "Connecting again…" : "Waking up…", live: false });
    try {
      await this.awake();
      await this.negotiate();
    } catch (error) {
      this.say("status", { text: error.message, live: false });
      this.again();
    }
  }

  // The page is there before the engines are: say which one it waits for.
  async awake() {
    for (;;) {
      const state = await fetch("/state").then((answer) => answer.json()).catch(() => { throw new Error(NO_SERVER); });
      if (state.trouble) throw new Error(state.trouble);
      if (!state.waking) return;
      this.say("status", { text: `Waking up: ${state.waking}…`, live: false });
      await new Promise((done) => setTimeout(done, WAKING_MS));
    }
  }

  async negotiate() {
    const peer = (this.peer = new RTCPeerConnection({ iceServers: iceServers() }));
    const stream = new MediaStream();
    // Both directions from the start: a microphone or camera is put in later without a new negotiation.
    this.senders = {};
    for (const kind of ["audio", "video"]) {
      const transceiver = peer.addTransceiver(kind, { direction: "sendrecv" });
      this.senders[kind] = transceiver.sender;
      if (this.tracks[kind]) transceiver.sender.replaceTrack(this.tracks[kind]);
    }
    peer.addEventListener("track", ({ track, receiver }) => {
      if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0; // on this machine there is no jitter to wait for
      stream.addTrack(track);
      if (stream.getTracks().length === 2) this.say("stream", stream);
    });
    peer.addEventListener("connectionstatechange", () => this.changed(peer));
    this.channel = peer.createDataChannel("events");
    this.channel.addEventListener("open", () => this.send({ op: "hello" }));
    this.channel.addEventListener("message", ({ data }) => this.take(JSON.parse(data)));
    await peer.setLocalDescription();
    await gathered(peer);
    const { sdp, type } = peer.localDescription;
    const answer = await fetch("/rtc/offer", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sdp, type, room: this.room }),
    }).catch(() => { throw new Error(NO_SERVER); });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(body.detail ?? "The companion could not connect.");
    this.room = body.room;
    sessionStorage.setItem("room", this.room);
    await peer.setRemoteDescription({ sdp: body.sdp, type: body.type });
    const camera = this.senders.video.getParameters();
    for (const encoding of camera.encodings) encoding.maxBitrate = CAMERA_BITS;
    await this.senders.video.setParameters(camera);
  }

  take(event) {
    if (event.kind === "moved") {
      this.peer?.close();
      this.peer = null;
      this.say("status", { text: "Our conversation goes on in another window.", live: false });
    }
    this.say("event", event);
  }

  changed(peer) {
    if (peer !== this.peer) return;
    if (peer.connectionState === "connected") {
      this.tries = 0;
      this.say("status", { text: "Connected", live: true });
    } else if (peer.connectionState === "failed" || peer.connectionState === "disconnected") {
      this.again();
    }
  }

  again() {
    this.peer?.close();
    this.peer = null;
    const wait = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), wait);
  }

  async put(kind, track) {
    this.tracks[kind] = track;
    await this.senders?.[kind]?.replaceTrack(track);
  }

  send(message) {
    if (this.channel?.readyState !== "open") return false;
    this.channel.send(JSON.stringify(message));
    return true;
  }

  say(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

function iceServers() {
  const urls = document.querySelector('meta[name="ice-servers"]')?.content.split(" ").filter(Boolean) ?? [];
  return urls.map((url) => ({ urls: url }));
}

function gathered(peer) {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((done) => {
    peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && done());
    setTimeout(done, 1500); // without a network some browsers never say that they are done
  });
}
