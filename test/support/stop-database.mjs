/** After the specs. */
export default async function stopDatabase() {}
