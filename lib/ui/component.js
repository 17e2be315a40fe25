// What Streamlit runs for each component of ours after every run: it hands the run's data to the
// component's own script, which lies beside its styles and is loaded once.
//
// Given an address, Streamlit puts a new script element into the page at every run, and waits until
// it has "loaded" before it lets the component draw. By then the browser may have drawn all the rest.
let draw;

export default async function (run) {
  if (!draw) {
    const styles = run.parentElement.querySelector("link[rel=stylesheet]").href;
    draw = import(styles.replace(/\.css$/, ".js")).then((script) => (draw = script.default));
  }
  return draw instanceof Promise ? (await draw)(run) : draw(run);
}
