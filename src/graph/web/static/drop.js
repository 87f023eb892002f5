// A file dropped on the page becomes the text to check; without this script, or by keyboard, a file is chosen instead.
const text = document.querySelector("textarea[data-drop]"), chooser = document.querySelector("#file");
const status = document.querySelector("#dropped");
const carries = (event) => event.dataTransfer?.types.includes("Files");

status.textContent = text.dataset.drop;

const take = async (files) => {
  const [file] = files;
  if (files.length > 1) return text.dataset.several;
  if (file.size > Number(text.dataset.most)) return text.dataset.large;
  try {
    text.value = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    chooser.value = "";
  } catch {
    chooser.files = files; // what is wrong with its bytes is for the gate to say
  }
  return text.dataset.taken.replace("#", file.name);
};

addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  text.classList.add("dropping");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) text.classList.remove("dropping");
});
addEventListener("drop", async (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  text.classList.remove("dropping");
  status.textContent = await take(event.dataTransfer.files);
});
