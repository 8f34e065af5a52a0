/** Fills the page's own <template data-card> with what the interface says of an area; the words stay in the page. */
export interface Person {
  name: string;
  post: string;
  phone: string | null;
}

export interface AreaCard {
  id: number;
  name: string;
  code: string;
  area_m2: number | null;
  households: number | null;
  community?: string | null;
  centre?: [number, number] | null;
  on_duty: Person[];
}

export type CardText = Record<"name" | "code" | "community" | "area" | "households", string>;

/** Figures in the reader's language; a dash where nothing is known. */
export function cardText(card: AreaCard, language: string): CardText {
  const figure = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const text = (value: number | null): string => (value === null || value === undefined ? "–" : figure.format(value));
  return {
    name: card.name,
    code: card.code,
    community: card.community ?? "",
    area: text(card.area_m2),
    households: text(card.households),
  };
}

export function fillCard(template: HTMLTemplateElement, card: AreaCard, language: string): DocumentFragment {
  const piece = template.content.cloneNode(true) as DocumentFragment;
  for (const [name, text] of Object.entries(cardText(card, language))) {
    for (const slot of piece.querySelectorAll(`[data-fill="${name}"]`)) slot.textContent = text;
  }
  for (const block of piece.querySelectorAll<HTMLElement>("[data-when]")) {
    block.hidden = !(card as unknown as Record<string, unknown>)[block.dataset.when!];
  }
  fillPeople(piece, card.on_duty);
  return piece;
}

function fillPeople(piece: DocumentFragment, people: Person[]): void {
  const template = piece.querySelector<HTMLTemplateElement>("template[data-person]");
  if (!template) return;
  const nobody = piece.querySelector<HTMLElement>("[data-nobody]");
  if (nobody) nobody.hidden = people.length > 0;
  for (const person of people) template.before(fillPerson(template, person));
}

function fillPerson(template: HTMLTemplateElement, person: Person): DocumentFragment {
  const piece = template.content.cloneNode(true) as DocumentFragment;
  piece.querySelector('[data-fill="person"]')!.textContent = person.name;
  piece.querySelector('[data-fill="post"]')!.textContent = person.post;
  const call = piece.querySelector<HTMLAnchorElement>("a[data-call]");
  if (call) {
    call.hidden = !person.phone;
    call.href = person.phone ? `tel:${person.phone}` : "";
    call.textContent = person.phone ?? "";
  }
  return piece;
}

/** What a tile says of a component. */
export interface ThingNote {
  name: string;
  identifier: string;
}

/** The page's <template data-thing> with the component's name and number, and its link to the component's page. */
export function fillThing(template: HTMLTemplateElement, thing: ThingNote, address: string): HTMLElement {
  const note = document.createElement("div");
  note.append(template.content.cloneNode(true));
  note.querySelector('[data-fill="thing"]')!.textContent = thing.name;
  note.querySelector('[data-fill="identifier"]')!.textContent = thing.identifier;
  note.querySelector<HTMLAnchorElement>("a")!.href = thingAddress(address, thing.identifier);
  return note;
}

/** The address of one component; "0" stands for its number. */
export function thingAddress(address: string, identifier: string): string {
  return address.replace("/0/", `/${encodeURIComponent(identifier)}/`);
}
