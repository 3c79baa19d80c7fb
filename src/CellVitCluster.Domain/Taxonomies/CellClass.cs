namespace CellVitCluster.Domain.Taxonomies;

/// <summary>One class of a taxonomy.</summary>
/// <param name="Id">Number used by the network or classifier.</param>
/// <param name="Name">Name shown to people and written to exports.</param>
/// <param name="Red">sRGB color, 0 … 255.</param>
/// <param name="Green">sRGB color, 0 … 255.</param>
/// <param name="Blue">sRGB color, 0 … 255.</param>
public sealed record CellClass(byte Id, string Name, byte Red, byte Green, byte Blue);
