// The six digits from the mail: whatever is pasted, only its digits stay, and the sixth sends them.
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("input[data-code]")) return;
  field.value = field.value.replace(/\D/g, "").slice(0, 6);
  if (field.value.length === 6) field.form.requestSubmit();
});
