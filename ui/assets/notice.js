// Notices, the first-visit word, and the tabs of a narrow window.
const find = (id) => document.getElementById(id);
const SHOWN_MS = 9000;
const AT_ONCE = 3;

export function toast(message, kind = "trouble") {
  const box = find("toasts");
  if ([...box.children].some((other) => other.firstChild.textContent === message)) return;
  const item = document.createElement("div"), text = document.createElement("span"), close = document.createElement("button");
  item.className = `toast ${kind}`;
  text.textContent = message;
  text.style.flex = "1";
  close.textContent = "×";
  close.setAttribute("aria-label", "Close this notice");
  close.addEventListener("click", () => item.remove());
  item.append(text, close);
  box.append(item);
  while (box.children.length > AT_ONCE) box.firstChild.remove();
  setTimeout(() => item.remove(), SHOWN_MS);
}

export function firstVisit() {
  if (localStorage.getItem("noticed") === "1") return;
  find("notice").showModal();
  find("notice").addEventListener("close", () => localStorage.setItem("noticed", "1"));
}

export function tabs() {
  const list = [...document.querySelectorAll(".tabs [role=tab]")];
  const show = (tab) => {
    for (const other of list) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      find(other.getAttribute("aria-controls")).classList.toggle("shown", chosen);
    }
  };
  list.forEach((tab, i) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = list[(i + step + list.length) % list.length];
      show(next);
      next.focus();
    });
  });
  show(list[0]);
}
