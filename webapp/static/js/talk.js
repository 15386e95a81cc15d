// Where people talk: names to mention come with the first @ that is typed.
addEventListener("input", async (event) => {
  const field = event.target;
  if (field.localName === "textarea" && field.form?.dataset.names && field.value.includes("@")) {
    (await import("./mentions.js")).typed(field);
  }
});
