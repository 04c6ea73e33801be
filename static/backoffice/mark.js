// «Marcar todos»: 25 rows are many to mark one by one. Without script the boxes are all there is.
(function () {
  var list = document.querySelector('.lote'), button = document.createElement('button'), all = false;
  var boxes = list.querySelectorAll('input[name=_selected_action]');
  function say() { button.textContent = (all ? 'Desmarcar' : 'Marcar') + ' los ' + boxes.length + ' de esta página'; }
  button.type = 'button';
  button.onclick = function () {
    all = !all;
    boxes.forEach(function (box) { box.checked = all; });
    say();
  };
  say();
  list.querySelector('.acciones-lote').prepend(button);
})();
