// A button after each text to copy; without a script the text is there to select.
for (const text of document.querySelectorAll("[data-copy]")) {
  const { copy, copied } = text.dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = copied;
      setTimeout(() => (button.textContent = copy), 2000);
    } catch {
      getSelection().selectAllChildren(text); // refused, or no secure context: one key is left to press
    }
  });
  text.after(button);
}
