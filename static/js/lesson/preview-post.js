// Posts to one of the addresses of a port, and returns the answer.
export async function post(sandbox, port, act, fields = {}) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = await fetch(`/previews/${sandbox}/${port}/${act}/`, { method: "POST", body });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}
