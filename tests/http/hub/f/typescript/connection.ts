// A resource type is a type of the script's own, with the resource's name in CamelCase.
type Postgresql = {
  host: string;
  port: number;
  user: string;
  password: string;
  dbname: string;
  sslmode?: string;
};

type CSmtp = object;

export async function main(db: Postgresql, smtp: CSmtp = {}) {
  const { password, ...shown } = db;
  return {
    url: `postgres://${shown.user}@${shown.host}:${shown.port}/${shown.dbname}`,
    hasPassword: password.length > 0,
    sslmode: shown.sslmode ?? null,
    smtp: Object.keys(smtp).sort(),
  };
}
