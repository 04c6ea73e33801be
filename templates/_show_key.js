// Adds one button that shows the keys of a form, after the last of them. Without script there is none; the fields work as before.
(function () {
var fields = Array.from(document.querySelectorAll('input[type=password]')), last = fields[fields.length - 1], shown = false;
if (!last) return;
var many = fields.length > 1, name = many ? 'claves' : 'clave';
var button = document.createElement('button'), said = document.createElement('p');
button.type = 'button';
button.className = 'mostrar';
button.setAttribute('aria-controls', fields.map(function (field) { return field.id; }).join(' '));
said.className = 'oculto';
said.setAttribute('role', 'status');
function show(now) {
shown = now;
fields.forEach(function (field) { field.type = now ? 'text' : 'password'; });
button.textContent = (now ? 'Ocultar ' : 'Mostrar ') + name;
}
button.onclick = function () {
show(!shown);
said.textContent = (many ? 'Las claves ' : 'La clave ') + (shown ? 'se ven' : 'no se ven') + ' en la pantalla.';
};
last.form.addEventListener('submit', function () { show(false); });
show(false);
last.insertAdjacentElement('afterend', button);
button.insertAdjacentElement('afterend', said);
})();
