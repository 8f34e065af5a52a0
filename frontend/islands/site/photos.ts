/** Shows the chosen pictures, and the names of other files, under their input. The server judges them. */
export function showChosenPhotos(page: Document): void {
  page.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (!input.matches?.('input[type="file"][multiple]')) return;
    const shelf = shelfOf(input);
    for (const old of shelf.querySelectorAll("img")) URL.revokeObjectURL(old.src);
    shelf.replaceChildren(...[...(input.files ?? [])].map((file) => thumbnail(page, file)));
  });
}

function shelfOf(input: HTMLInputElement): HTMLElement {
  const next = input.nextElementSibling;
  if (next?.matches("ul.photos")) return next as HTMLElement;
  const shelf = input.ownerDocument.createElement("ul");
  shelf.className = "photos small";
  input.after(shelf);
  return shelf;
}

function thumbnail(page: Document, file: File): HTMLElement {
  const place = page.createElement("li");
  if (!file.type.startsWith("image/")) {
    place.className = "chosen-file";
    place.textContent = file.name;
    return place;
  }
  const picture = page.createElement("img");
  picture.src = URL.createObjectURL(file);
  picture.alt = file.name;
  place.append(picture);
  return place;
}
