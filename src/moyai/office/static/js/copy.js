// Copy buttons of code blocks (components/code.html). Without JavaScript the button is not shown.

async function copy(block) {
  const status = block.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(block.querySelector("code").textContent);
    status.textContent = status.dataset.copied;
  } catch {
    // The clipboard is refused without HTTPS: select the text, so that Ctrl+C does it.
    getSelection().selectAllChildren(block.querySelector("code"));
    status.textContent = status.dataset.failed;
  }
}

for (const block of document.querySelectorAll("[data-copyable]")) {
  block.querySelector(".code-foot").hidden = false;
  block.querySelector("[data-copy]").addEventListener("click", () => copy(block));
}
