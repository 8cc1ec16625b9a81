// On a narrow page the row of tabs begins where the open one is seen.
for (const tabs of document.querySelectorAll(".tabs")) {
  const open = tabs.querySelector("[aria-current]");
  if (open) {
    const beyond = open.getBoundingClientRect().right - tabs.getBoundingClientRect().right;
    if (beyond > 0) tabs.scrollLeft += beyond + 32;
  }
}
