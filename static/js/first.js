// Runs before the page is drawn: what works without JavaScript is hidden only when this ran.
document.documentElement.classList.add("js");
