// The shop's own script: a basket that lasts as long as the tab.
const KEY = "basket";
const shown = document.querySelector("[data-basket]");
const show = () => (shown.textContent = sessionStorage.getItem(KEY) ?? "0");

document.querySelector("[data-buy]").addEventListener("click", () => {
  sessionStorage.setItem(KEY, Number(sessionStorage.getItem(KEY) ?? 0) + 1);
  show();
});
show();
