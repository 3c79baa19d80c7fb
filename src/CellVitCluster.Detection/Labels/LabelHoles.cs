namespace CellVitCluster.Detection.Labels;

/// <summary>
/// Holes of nuclei: 4-connected regions of background that lie inside the image and have one and the same nucleus on all sides. Background
/// between several nuclei, one of them inside another perhaps, is no hole of any: so every pixel belongs to one nucleus at most.
/// Reusable, not thread-safe.
/// </summary>
internal sealed class LabelHoles
{
    private const int Unknown = 0;
    private const int NoHole = -1;

    private readonly ConnectedComponents _background = new();
    private int[] _owners = [];

    /// <summary>Gives the holes to their nuclei.</summary>
    /// <param name="labels">Label image, changed in place.</param>
    public void Fill(LabelImage labels)
    {
        _background.FindBackground(labels);
        if (_owners.Length < _background.Count)
        {
            _owners = new int[_background.Count];
        }

        _owners.AsSpan(0, _background.Count).Clear();
        LeaveOutBorder(labels);
        FindOwners(labels);
        foreach (PixelRun run in _background.Runs)
        {
            int owner = _owners[run.Component];
            if (owner != NoHole)
            {
                labels.Framed.AsSpan(labels.IndexOf(run.Start, run.Row), run.Length).Fill(owner);
            }
        }
    }

    private void LeaveOutBorder(LabelImage labels)
    {
        foreach (PixelRun run in _background.Runs)
        {
            if (run.Row == 0 || run.Row == labels.Height - 1 || run.Start == 0 || run.End == labels.Width)
            {
                _owners[run.Component] = NoHole;
            }
        }
    }

    private void FindOwners(LabelImage labels)
    {
        foreach (PixelRun run in _background.Runs)
        {
            ref int owner = ref _owners[run.Component];
            if (owner == NoHole)
            {
                continue;
            }

            int index = labels.IndexOf(run.Start, run.Row);
            Meet(labels.Framed.AsSpan(index - 1, 1), ref owner);
            Meet(labels.Framed.AsSpan(index + run.Length, 1), ref owner);
            Meet(labels.Framed.AsSpan(index - labels.Stride, run.Length), ref owner);
            Meet(labels.Framed.AsSpan(index + labels.Stride, run.Length), ref owner);
        }
    }

    private static void Meet(ReadOnlySpan<int> neighbors, ref int owner)
    {
        foreach (int label in neighbors)
        {
            if (label != 0 && label != owner)
            {
                owner = owner == Unknown ? label : NoHole;
            }
        }
    }
}
