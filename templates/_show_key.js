// Adds «Mostrar clave» after each key field. Without script there is no button; the field works as before.
document.querySelectorAll('input[type=password]').forEach(function (field) {
var label = document.querySelector('label[for=' + field.id + ']').textContent.trim().toLowerCase();
if (label === 'clave de consultas') label = 'clave';
if (label.startsWith('confirme')) label = 'la confirmación';
var button = document.createElement('button');
button.type = 'button';
button.className = 'mostrar';
button.setAttribute('aria-controls', field.id);
function say() { button.textContent = (field.type === 'password' ? 'Mostrar ' : 'Ocultar ') + label; }
button.onclick = function () { field.type = field.type === 'password' ? 'text' : 'password'; say(); };
field.form.addEventListener('submit', function () { field.type = 'password'; say(); });
say();
field.insertAdjacentElement('afterend', button);
});
