// The page's ground takes the tones of the companion's room, so that the picture does not end at its edge.
const EVERY_MS = 4000;
const CORNERS = { "--room-1": [0, 0], "--room-2": [3, 0], "--room-3": [0, 3], "--room-4": [3, 3] };

export function ambience(video, page) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 4;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const look = () => {
    if (!video.videoWidth || document.hidden) return;
    pen.drawImage(video, 0, 0, 4, 4);
    for (const [name, [x, y]] of Object.entries(CORNERS)) {
      const [r, g, b] = pen.getImageData(x, y, 1, 1).data;
      page.style.setProperty(name, `rgb(${r} ${g} ${b})`);
    }
  };
  video.addEventListener("playing", look);
  setInterval(look, EVERY_MS);
}
