// Closes the page that shows a key, unless the person asks for time. Counts only while the page is visible.
(function () {
var box = document.getElementById('cuenta'), shown = document.getElementById('cuenta-numero');
var status = document.getElementById('cuenta-estado'), left = Number(box.dataset.segundos), running = true;
function words(n) { return n + (n === 1 ? ' segundo' : ' segundos'); }
function close() {
document.querySelector('.clave').textContent = '';
location.replace('/acceso/?cerrada=1');
}
function tick() {
if (!running || document.hidden) return;
left -= 1;
shown.textContent = words(left);
if (left === 60 || left === 30) status.textContent = 'Esta página se cerrará en ' + words(left) + '. Oprima Necesito más tiempo si la necesita.';
if (left <= 0) { running = false; close(); }
}
document.getElementById('mas-tiempo').onclick = function () {
running = false;
box.hidden = true;
status.textContent = 'El conteo está detenido. Esta página queda abierta hasta que usted la cierre.';
status.tabIndex = -1;
status.focus();
};
shown.textContent = words(left);
box.hidden = false;
setInterval(tick, 1000);
})();
