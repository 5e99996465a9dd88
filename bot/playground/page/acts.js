// What people do on this page, told to its server.

/** Do one act; gives its answer, or throws an Error whose message is a sentence. */
export async function act(name, body = {}) {
  let response;
  try {
    response = await fetch(`/act/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The playground has ended. Run attune demo again.");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** The commands that this person's menu shows: [{command, description}]. */
export async function commandsOf(who) {
  const response = await fetch(`/commands?who=${who}`);
  return response.ok ? response.json() : [];
}

/** The content of a chosen file as base64. */
export function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error("This file cannot be read."));
    reader.readAsDataURL(file);
  });
}
