export async function main(title: string, tags: string[] = []) {
  if (!title) {
    return { windmill_status_code: 400, result: { error: "a title is needed" } };
  }
  const id = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return {
    windmill_status_code: 201,
    windmill_headers: { Location: `/items/${id}` },
    result: { id, title, tags: [...new Set(tags)] },
  };
}
