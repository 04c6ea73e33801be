// A button in place of the sentence with Ctrl + P. Without script the sentence stays.
(function () {
  var place = document.getElementById('imprimir'), button = document.createElement('button');
  button.type = 'button';
  button.textContent = place.dataset.texto;
  button.onclick = function () { window.print(); };
  place.replaceChildren(button);
})();
